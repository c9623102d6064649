#include "simulator/life/author.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include "simulator/life/draw.hpp"
#include "simulator/life/draw_nat.hpp"

namespace fullcone::sim {

Life Author::write() {
  cast();
  for (unsigned i = 0; i < features_.steps; ++i) {
    step();
    rest();
  }
  const bool refuses = std::ranges::any_of(
      life_.servers, [&](const auto& each) { return features_.mux != 0 && !each.second.mux; });
  life_.heals_within = refuses ? Duration::zero() : features_.heals_within;
  return std::move(life_);
}

void Author::cast() {
  for (Number i = 1; i <= features_.servers; ++i) {
    life_.servers[i] = {features_.users, {}, features_.server_limits, features_.mux != 0};
    if (features_.mux != 0 && percent(5)) life_.servers[i].mux = false;
  }
  for (Number i = 1; i <= features_.nats; ++i) {
    NatPlan& nat = life_.nats[i];
    nat.behaviour = draw_nat(random_);
    if (i > 1 && percent(features_.behind_nat)) nat.behind = one_of(i - 1);
    nat.addresses = percent(30) ? 3 : 1;
  }
  for (Number i = 1; i <= features_.clients; ++i) cast_client(life_.clients[i]);
  for (Number i = 1; i <= features_.peers; ++i) cast_peer(i);
  cast_services();
  life_.names[1].peers = public_peers_;
  life_.names[1].rotating = true;
  if (percent(20)) life_.names[1].delay = up_to(3s);
  constexpr std::array kManners = {TcpManner::echo,   TcpManner::silent,
                                   TcpManner::refuse, TcpManner::greet_and_finish,
                                   TcpManner::hang,   TcpManner::reset_midway};
  for (Number i = 1; features_.weights.tcp != 0 && i <= kManners.size(); ++i) {
    life_.targets[i] = {percent(features_.ipv6) ? Family::ipv6 : Family::ipv4, kManners[i - 1]};
  }
}

void Author::cast_client(ClientPlan& client) {
  client.server = one_of(features_.servers);
  client.user = one_of(features_.users);
  client.behind = draw_behind();
  if (percent(features_.v0)) client.version = 0;
  if (percent(features_.own_port)) client.mapping = MappingPolicy::endpoint_independent;
  client.link = features_.client_link;
  client.limits = features_.client_limits;
  if (client.version == 0 || features_.mux == 0 || !percent(features_.mux)) return;
  constexpr std::array kUdp = {UdpMode::mux, UdpMode::mux, UdpMode::automatic, UdpMode::isolated};
  client.udp = kUdp[random_.below(kUdp.size())];
  client.tcp = percent(75) ? TcpMode::mux : TcpMode::direct;
}

// The first one can be written to by anybody.
void Author::cast_peer(Number number) {
  PeerPlan& peer = life_.peers[number];
  if (percent(features_.echo)) {
    peer.manner = PeerManner::echo;
  } else if (percent(features_.odd_manners)) {
    constexpr std::array kOdd = {PeerManner::echo_from_other_port, PeerManner::echo_from_other_host,
                                 PeerManner::echo_as_another, PeerManner::extremes};
    peer.manner = kOdd[random_.below(kOdd.size())];
  }
  if (number > 1 && percent(features_.beside)) {
    const PeerPlan& neighbour = life_.peers[number - 1];
    peer.beside = number - 1;
    peer.family = neighbour.family;
    peer.behind = neighbour.behind;
  } else {
    peer.link = features_.peer_link;
    if (number > 1) peer.behind = draw_behind();
    if (peer.behind == 0 && percent(features_.ipv6)) peer.family = Family::ipv6;
  }
  if (peer.behind == 0) public_peers_.push_back(number);
}

// Behind those that are drawn, and at the Internet.
void Author::cast_services() {
  Number last = static_cast<Number>(features_.peers);
  const auto add = [&](PeerManner manner) {
    PeerPlan& peer = life_.peers[++last];
    peer.manner = manner;
    peer.link = features_.peer_link;
    if (percent(features_.ipv6)) peer.family = Family::ipv6;
    return last;
  };
  if (features_.weights.asks != 0) {
    stun_ = add(PeerManner::stun);
    dns_ = add(PeerManner::dns);
  }
  if (features_.weights.meets != 0) rendezvous_ = add(PeerManner::rendezvous);
}

Number Author::draw_behind() {
  return features_.nats != 0 && percent(features_.behind_nat) ? one_of(features_.nats) : 0;
}

void Author::step() {
  const Weights& weights = features_.weights;
  const std::pair<unsigned, void (Author::*)()> deeds[] = {
      {weights.app_sends, &Author::app_sends},
      {weights.peer_answers, &Author::peer_answers},
      {weights.stranger_writes, &Author::stranger_writes},
      {weights.stranger_sprays, &Author::stranger_sprays},
      {weights.stranger_floods, &Author::stranger_floods},
      {weights.asks, &Author::ask},
      {weights.meets, &Author::meet},
      {weights.app_answers, &Author::app_answers},
      {weights.app_opens, &Author::open_app},
      {weights.app_leaves, &Author::end_app},
      {weights.nonsense, &Author::nonsense},
      {weights.tcp, &Author::use_tcp},
      {weights.stream_cut, &Author::stream_cut},
      {weights.stream_silent, &Author::stream_silent},
      {weights.stream_unread, &Author::stream_unread},
      {weights.client_trouble, &Author::client_trouble},
      {weights.server_trouble, &Author::server_trouble},
      {weights.link_trouble, &Author::link_trouble},
      {weights.nat_trouble, &Author::nat_trouble},
      {weights.name_trouble, &Author::name_trouble},
      {weights.cut_off, &Author::cut_off},
      {weights.roams, &Author::roam},
      {weights.ports_trouble, &Author::ports_trouble},
  };
  unsigned all = 0;
  for (const auto& [weight, deed] : deeds) all += weight;
  auto drawn = random_.below(all);
  for (const auto& [weight, deed] : deeds) {
    if (drawn < weight) return (this->*deed)();
    drawn -= weight;
  }
}

void Author::rest() {
  if (percent(30)) return;
  const bool is_long = features_.long_pause != Duration::zero() && percent(3);
  now_ += up_to(is_long ? features_.long_pause : features_.most_pause);
}

// ----- what they are drawn from

// Whole tenths of a millisecond, which a reader can follow.
Duration Author::up_to(Duration most) {
  constexpr Duration kGrain = 100us;
  const auto grains = static_cast<std::uint64_t>(most / kGrain);
  return kGrain * static_cast<Duration::rep>(random_.below(grains + 1));
}

std::uint64_t Author::size(std::uint64_t most) {
  if (!percent(features_.extremes)) return 8 + random_.below(1400);
  const std::array<std::uint64_t, 6> extremes = {0,   1, 1472, 16'384, 8 + random_.below(60'000),
                                                 most};
  return extremes[random_.below(extremes.size())];
}

std::uint32_t Author::burst() {
  if (features_.most_burst < 2 || !percent(10)) return 1;
  return static_cast<std::uint32_t>(random_.between(2, features_.most_burst));
}

void Author::add(Event event) {
  event.at = now_;
  life_.events.push_back(event);
}

// Precondition: there are some.
std::pair<Number, Number> Author::any_contact() {
  return *std::next(contacts_.begin(),
                    static_cast<std::ptrdiff_t>(random_.below(contacts_.size())));
}

std::pair<Place, Number> Author::any_place() {
  const auto place = static_cast<Place>(random_.below(features_.nats == 0 ? 3 : 4));
  return {place, one_of(place == Place::client   ? features_.clients
                        : place == Place::server ? features_.servers
                        : place == Place::peer   ? features_.peers
                                                 : features_.nats)};
}

void Author::forget_apps_of(Number client) {
  std::erase_if(open_, [client](const OpenApp& app) { return app.client == client; });
}

Life draw_life(std::uint64_t seed, const Features& features) {
  return Author(seed, features).write();
}

}  // namespace fullcone::sim
