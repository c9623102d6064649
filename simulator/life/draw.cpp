#include "simulator/life/draw.hpp"

#include <array>
#include <set>
#include <utility>
#include <vector>

#include "simulator/life/draw_nat.hpp"
#include "simulator/purpose_random.hpp"

namespace fullcone::sim {
namespace {

// Knows as much of the life as can be known without living it: which apps are open and which peers
// they have written to.
class Author {
 public:
  Author(std::uint64_t seed, const Features& features)
      : features_(features), random_(random_for(seed, "life")) {}

  Life write();

 private:
  struct OpenApp {
    Number number;
    Number client;
  };

  void cast();
  void cast_client(ClientPlan& client);
  void cast_peer(Number number);
  Number draw_behind();
  void step();
  void rest();
  void open_app();
  void end_app();
  void app_sends();
  void app_answers();
  void nonsense();
  void peer_answers();
  void stranger_writes();
  void use_tcp();
  void stream_cut();
  void stream_silent();
  void stream_unread();
  void client_trouble();
  void server_trouble();
  void node_trouble(Place place, Number number);
  void link_trouble();
  void nat_trouble();
  void ports_trouble();

  bool percent(unsigned share) { return random_.below(100) < share; }
  Number one_of(std::size_t count) { return static_cast<Number>(1 + random_.below(count)); }
  Duration up_to(Duration most);
  std::uint64_t size(std::uint64_t most);
  std::uint32_t burst();
  Event& add(Event event);
  void add_stream_event(Event event);
  void forget_apps_of(Number client);

  const Features& features_;
  Random random_;
  Life life_;
  Duration now_{};
  std::vector<Number> public_peers_;
  std::vector<OpenApp> open_;
  std::set<std::pair<Number, Number>> contacts_;  // (peer, app), in the order of numbers
  Number last_app_ = 0;
  Number last_tcp_ = 0;
};

Life Author::write() {
  cast();
  for (unsigned i = 0; i < features_.steps; ++i) {
    step();
    rest();
  }
  life_.heals_within = features_.heals_within;
  return std::move(life_);
}

void Author::cast() {
  for (Number i = 1; i <= features_.servers; ++i) {
    life_.servers[i] = {features_.users, {}, features_.server_limits};
  }
  for (Number i = 1; i <= features_.nats; ++i) {
    NatPlan& nat = life_.nats[i];
    nat.behaviour = draw_nat(random_);
    if (i > 1 && percent(features_.behind_nat)) nat.behind = one_of(i - 1);
    nat.addresses = percent(30) ? 3 : 1;
  }
  for (Number i = 1; i <= features_.clients; ++i) cast_client(life_.clients[i]);
  for (Number i = 1; i <= features_.peers; ++i) cast_peer(i);
  life_.names[1] = {public_peers_, true};
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
}

// The first one can be written to by anybody.
void Author::cast_peer(Number number) {
  PeerPlan& peer = life_.peers[number];
  if (percent(features_.echo)) peer.manner = PeerManner::echo;
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

Number Author::draw_behind() {
  return features_.nats != 0 && percent(features_.behind_nat) ? one_of(features_.nats) : 0;
}

void Author::step() {
  const Weights& weights = features_.weights;
  const std::pair<unsigned, void (Author::*)()> deeds[] = {
      {weights.app_sends, &Author::app_sends},
      {weights.peer_answers, &Author::peer_answers},
      {weights.stranger_writes, &Author::stranger_writes},
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

// ----- what apps and peers do

void Author::open_app() {
  if (open_.size() >= features_.apps) return;
  const OpenApp app{++last_app_, one_of(features_.clients)};
  const Deed deed = percent(features_.neighbours) ? Deed::app_opens_beside : Deed::app_opens;
  add({.deed = deed, .who = app.number, .whom = app.client});
  open_.push_back(app);
}

void Author::end_app() {
  if (open_.empty()) return;
  const auto place = open_.begin() + static_cast<std::ptrdiff_t>(random_.below(open_.size()));
  add({.deed = percent(70) ? Deed::app_quits : Deed::app_crashes, .who = place->number});
  open_.erase(place);
}

void Author::app_sends() {
  if (open_.empty()) return open_app();
  const Number app = open_[random_.below(open_.size())].number;
  const Number peer = public_peers_[random_.below(public_peers_.size())];
  const bool by_name = percent(features_.by_name);
  add({.deed = by_name ? Deed::app_sends_by_name : Deed::app_sends,
       .who = app,
       .whom = peer,
       .via = by_name ? 1u : 0u,
       .amount = size(65'000),
       .times = burst()});
  contacts_.emplace(peer, app);
}

// Also whoever is behind a NAT, where that lets it in.
void Author::app_answers() {
  if (open_.empty()) return;
  add({.deed = Deed::app_answers,
       .who = open_[random_.below(open_.size())].number,
       .amount = size(65'000),
       .times = burst()});
}

void Author::nonsense() {
  if (open_.empty()) return;
  add({.deed = Deed::app_sends_nonsense,
       .who = open_[random_.below(open_.size())].number,
       .amount = random_.below(40)});
}

void Author::peer_answers() {
  if (contacts_.empty()) return;
  const auto [peer, app] =
      *std::next(contacts_.begin(), static_cast<std::ptrdiff_t>(random_.below(contacts_.size())));
  add({.deed = Deed::peer_answers,
       .who = peer,
       .whom = app,
       .amount = size(kMostOctets),
       .times = burst()});
}

void Author::stranger_writes() {
  if (contacts_.empty()) return;
  const auto [peer, app] =
      *std::next(contacts_.begin(), static_cast<std::ptrdiff_t>(random_.below(contacts_.size())));
  add({.deed = Deed::peer_writes,
       .who = one_of(features_.peers),
       .whom = app,
       .via = peer,
       .amount = size(kMostOctets),
       .times = burst()});
}

void Author::use_tcp() {
  if (last_tcp_ != 0 && percent(40)) {
    constexpr std::array kDeeds = {Deed::tcp_ends, Deed::tcp_quits, Deed::tcp_crashes,
                                   Deed::tcp_stalls, Deed::tcp_reads_again};
    add({.deed = kDeeds[random_.below(kDeeds.size())], .who = one_of(last_tcp_)});
    return;
  }
  const Number client = one_of(features_.clients);
  const Number target = percent(60) ? 1 : one_of(life_.targets.size());
  add({.deed = Deed::tcp_connects, .who = ++last_tcp_, .whom = target, .via = client});
  add({.deed = Deed::tcp_sends, .who = last_tcp_, .amount = size(20'000), .times = burst()});
  if (percent(60)) add({.deed = Deed::tcp_ends, .who = last_tcp_});
}

// ----- what goes wrong

void Author::add_stream_event(Event event) {
  const bool crumfurs = percent(40);
  event.who = one_of(features_.clients);
  event.whom = one_of(crumfurs ? 3 : 12);
  event.via = static_cast<std::uint32_t>(crumfurs ? Streams::crumfurs : Streams::all);
  add(event);
}

void Author::stream_cut() {
  if (percent(10)) {
    add({.deed = Deed::streams_cut, .who = one_of(features_.clients)});
  } else if (percent(60)) {
    add_stream_event({.deed = Deed::stream_cut});
  } else {
    add_stream_event({.deed = Deed::stream_cut_after, .amount = random_.below(500)});
  }
}

void Author::stream_silent() { add_stream_event({.deed = Deed::stream_silent}); }

void Author::stream_unread() {
  const auto time = static_cast<std::uint64_t>(up_to(20s).count());
  add_stream_event({.deed = Deed::stream_unread, .amount = time});
}

void Author::client_trouble() {
  const Number client = one_of(features_.clients);
  forget_apps_of(client);
  node_trouble(Place::client, client);
}

void Author::server_trouble() { node_trouble(Place::server, one_of(features_.servers)); }

// Half of them at once, the others with some time without it.
void Author::node_trouble(Place place, Number number) {
  const auto via = static_cast<std::uint32_t>(place);
  if (percent(50)) {
    add({.deed = Deed::node_restarts, .who = number, .via = via});
    return;
  }
  constexpr std::array kEnds = {Deed::node_stops, Deed::node_crashes, Deed::node_vanishes};
  add({.deed = kEnds[random_.below(kEnds.size())], .who = number, .via = via});
  now_ += up_to(5s);
  add({.deed = Deed::node_starts, .who = number, .via = via});
}

void Author::link_trouble() {
  constexpr std::array<std::uint64_t, 5> kLosses = {0, 20'000, 200'000, 500'000, 1'000'000};
  const auto place = static_cast<Place>(random_.below(3));
  const Number who = one_of(place == Place::client   ? features_.clients
                            : place == Place::server ? features_.servers
                                                     : features_.peers);
  const auto via = static_cast<std::uint32_t>(place);
  if (percent(70)) {
    add({.deed = Deed::loss_becomes,
         .who = who,
         .via = via,
         .amount = kLosses[random_.below(kLosses.size())]});
  } else {
    const auto time = static_cast<std::uint64_t>(up_to(300ms).count());
    add({.deed = Deed::delay_becomes, .who = who, .via = via, .amount = time});
  }
}

void Author::nat_trouble() {
  if (features_.nats != 0) add({.deed = Deed::nat_restarts, .who = one_of(features_.nats)});
}

void Author::ports_trouble() {
  const Number server = one_of(features_.servers);
  add({.deed = Deed::ports_exhausted, .who = server});
  now_ += up_to(3s);
  add({.deed = Deed::ports_back, .who = server});
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

Event& Author::add(Event event) {
  event.at = now_;
  return life_.events.emplace_back(event);
}

void Author::forget_apps_of(Number client) {
  std::erase_if(open_, [client](const OpenApp& app) { return app.client == client; });
}

}  // namespace

Life draw_life(std::uint64_t seed, const Features& features) {
  return Author(seed, features).write();
}

}  // namespace fullcone::sim
