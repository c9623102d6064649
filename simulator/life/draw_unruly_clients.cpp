#include <array>
#include <vector>

#include "simulator/life/draw_unruly.hpp"
#include "simulator/life/unruly_requests.hpp"
#include "simulator/purpose_random.hpp"
#include "wire/address.hpp"
#include "wire/datagram_frame.hpp"

namespace fullcone::sim {
namespace {

constexpr unsigned kSteps = 400;
constexpr std::size_t kHands = 24;  // at once
constexpr Number kPeers = 4;
constexpr std::size_t kIpv4Address = 2 + 1 + 4;  // port, type, octets
constexpr std::size_t kIpv6Address = 2 + 1 + 16;

class UnrulyClients {
 public:
  explicit UnrulyClients(std::uint64_t seed) : random_(random_for(seed, "unruly clients")) {}
  Life write();

 private:
  struct OpenHand {
    Number number = 0;
    bool crumfurs = false;
  };

  void cast();
  void tighten(ServerLimits& limits);
  void step();
  void rest();
  void open_hand();
  void speak(const OpenHand& hand);
  void leave(std::size_t place);
  void peer_sends();
  RequestPlan request();
  Writer target();
  Writer destination();
  Writer frames();
  void add(Event event) {
    event.at = now_;
    life_.events.push_back(std::move(event));
  }

  Random random_;
  Life life_;
  Duration now_{};
  std::vector<OpenHand> open_;  // as far as can be known
  Number last_hand_ = 0;
};

Life UnrulyClients::write() {
  cast();
  for (unsigned i = 0; i < kSteps; ++i) {
    step();
    rest();
  }
  return std::move(life_);
}

void UnrulyClients::cast() {
  ServerPlan& server = life_.servers[1];
  server.users = 2;
  tighten(server.limits);
  for (Number i = 1; i <= kPeers; ++i) {
    PeerPlan& peer = life_.peers[i];
    if (i == 2 && random_.chance(0.5)) peer.beside = 1;
    if (i == 3) peer.family = Family::ipv6;
    if (random_.chance(0.5)) peer.manner = PeerManner::echo;
    life_.names[1].peers.push_back(i);
  }
  life_.names[1].rotating = true;
  life_.names[2].inside = true;
  Number target = 0;
  for (const TcpManner manner : {TcpManner::echo, TcpManner::reset_midway, TcpManner::refuse,
                                 TcpManner::hang, TcpManner::greet_and_finish}) {
    life_.targets[++target].manner = manner;
  }
}

void UnrulyClients::tighten(ServerLimits& limits) {
  SessionLimits& session = limits.session;
  session.grace = 5s;
  session.mapping_idle = 120s;
  session.mapping_inbound_only = random_.chance(0.5) ? 120s : 300s;
  session.heard = random_.chance(0.5) ? 2 : 100;
  session.channel_queue_bytes = session.crumfurs_queue_bytes = 4000;
  if (!random_.chance(0.3)) return;
  limits.unauthenticated_connections = random_.between(2, 8);  // EGRESS-2 within reach
  limits.connections_per_user = random_.between(3, 12);
  limits.sessions_per_user = random_.between(1, 3);
  session.channels = random_.between(1, 8);
  session.mappings = random_.between(1, 4);
  session.dialled = random_.between(1, 6);
}

void UnrulyClients::step() {
  const auto what = random_.below(100);
  if (open_.empty() || what < 25) return open_hand();
  const std::size_t place = random_.below(open_.size());
  const OpenHand hand = open_[place];
  if (what < 55) return speak(hand);
  if (what < 65) return leave(place);
  if (what < 70) {
    return add({.deed = random_.chance(0.5) ? Deed::hand_stalls : Deed::hand_reads_again,
                .who = hand.number});
  }
  if (what < 72) {
    return add({.deed = random_.chance(0.3) ? Deed::ports_exhausted : Deed::ports_back, .who = 1});
  }
  peer_sends();
}

void UnrulyClients::rest() {
  const auto how = random_.below(100);
  if (how < 40) return;
  const std::uint64_t most = how < 97 ? 100'000'000 : how == 99 ? 150'000'000'000 : 12'000'000'000;
  now_ += Duration(static_cast<Duration::rep>(random_.below(most)));
}

// ----- what is said

// The server has closed many of those before; the oldest are believed to be among them.
void UnrulyClients::open_hand() {
  if (open_.size() >= kHands) open_.erase(open_.begin());
  const RequestPlan plan = request();
  open_.push_back({++last_hand_, plan.command == 4});
  add({.deed = Deed::hand_dials_server,
       .who = last_hand_,
       .whom = 1,
       .amount = static_cast<std::uint64_t>(random_.chance(0.8) ? Family::ipv4 : Family::ipv6)});
  const bool odd = random_.chance(0.15);
  Writer octets = odd ? odd_request(plan, random_) : lawful_request(plan, random_);
  const bool silent_after = plan.command == 4 && random_.chance(0.9);
  if (!silent_after && random_.chance(0.7)) octets.add(frames());
  if (random_.chance(0.1)) octets.cut(1 + random_.below(octets.size()));
  add({.deed = Deed::hand_says, .who = last_hand_, .written = octets.written()});
}

RequestPlan UnrulyClients::request() {
  RequestPlan plan;
  plan.user = random_.chance(0.95) ? static_cast<Number>(random_.between(1, 2)) : 0;
  plan.session = static_cast<std::uint8_t>(random_.below(3));
  plan.command = std::array<std::uint8_t, 10>{4, 4, 4, 2, 2, 2, 2, 2, 1, 1}[random_.below(10)];
  if (plan.command == 4 && random_.chance(0.2)) plan.mapping = 1;
  if (random_.chance(0.02)) plan.command = 3;
  if (plan.command <= 2 && random_.chance(0.15)) plan.version = 0;
  plan.destination = plan.command == 1 ? target() : destination();
  return plan;
}

Writer vless_address(const Destination& destination) {
  Bytes octets;
  encode_vless_address(destination, octets);
  Writer writer;
  writer.add(octets);
  return writer;
}

Writer UnrulyClients::target() {
  switch (random_.below(10)) {
    case 0:
      return vless_address(Endpoint{IpAddress::v4(192, 168, 0, 1), 80});
    case 1:
      return vless_address(NamedEndpoint{"name2.example", 80});
    default:
      break;
  }
  Writer writer;
  const auto number = static_cast<Number>(random_.between(1, life_.targets.size()));
  writer.add(Piece::vless_target, number, kIpv4Address);
  return writer;
}

Writer UnrulyClients::destination() {
  constexpr std::uint16_t kPeerPort = 7000;  // of those that are alone on their host
  const auto number = static_cast<Number>(random_.between(1, kPeers));
  switch (random_.below(20)) {
    case 0:
      return vless_address(Endpoint{IpAddress::v4(10, 0, 0, 1), 53});  // EGRESS-1
    case 1:
      return vless_address(Endpoint{IpAddress::v4(203, 0, 113, 1), 0});
    case 2:
      return vless_address(NamedEndpoint{"nobody.example", 53});
    case 3:
    case 4:
      return vless_address(NamedEndpoint{"name1.example", kPeerPort});
    default:
      break;
  }
  Writer writer;
  const bool ipv6 = life_.peers.at(number).family == Family::ipv6;
  writer.add(Piece::vless_peer, number, ipv6 ? kIpv6Address : kIpv4Address);
  return writer;
}

// Whole frames, but for the last one now and then.
Writer UnrulyClients::frames() {
  Writer octets;
  for (auto count = random_.between(1, 4); count > 0; --count) {
    const std::size_t size = random_.chance(0.03)   ? random_.between(65'506, 65'528)
                             : random_.chance(0.05) ? 0
                                                    : random_.below(600);
    octets.add(datagram_frame_head(size).view()).fill(size);
  }
  if (random_.chance(0.1)) octets.cut(1 + random_.below(octets.size()));
  return octets;
}

// On an established CRUMFURS seldom: it would not live long.
void UnrulyClients::speak(const OpenHand& hand) {
  if (hand.crumfurs && !random_.chance(0.03)) return;
  add({.deed = Deed::hand_says, .who = hand.number, .written = frames().written()});
}

void UnrulyClients::leave(std::size_t place) {
  constexpr std::array kWays = {Deed::hand_ends, Deed::hand_closes, Deed::hand_crashes,
                                Deed::hand_cut, Deed::hand_cut_after};
  const Deed way = kWays[random_.below(kWays.size())];
  add({.deed = way,
       .who = open_[place].number,
       .amount = way == Deed::hand_cut_after ? random_.below(300) : 0});
  if (way != Deed::hand_cut_after) open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(place));
}

void UnrulyClients::peer_sends() {
  const bool probes = random_.chance(0.3);  // as hole punchers do
  add({.deed = Deed::peer_writes_to_port,
       .who = static_cast<Number>(random_.between(1, kPeers)),
       .whom = static_cast<Number>(random_.between(1, 6)),
       .via = 1,
       .amount = probes ? 0 : random_.below(1500),
       .times = static_cast<std::uint32_t>(random_.between(1, 5))});
}

}  // namespace

Life draw_unruly_clients(std::uint64_t seed) { return UnrulyClients(seed).write(); }

}  // namespace fullcone::sim
