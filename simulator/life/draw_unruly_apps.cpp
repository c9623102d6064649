#include <array>
#include <vector>

#include "simulator/life/draw_unruly.hpp"
#include "simulator/life/unruly_requests.hpp"
#include "simulator/purpose_random.hpp"
#include "wire/socks5.hpp"

namespace fullcone::sim {
namespace {

constexpr unsigned kSteps = 200;
constexpr std::size_t kApps = 6;  // at once
constexpr Number kPeers = 3;
constexpr std::size_t kIpv4Address = 1 + 4 + 2;  // type, octets, port
constexpr std::size_t kIpv6Address = 1 + 16 + 2;

class UnrulyApps {
 public:
  explicit UnrulyApps(std::uint64_t seed) : random_(random_for(seed, "unruly apps")) {}
  Life write();

 private:
  void cast();
  void step();
  void open_app();
  void connect();
  void speak(Number app);
  void leave(std::size_t place);
  Writer greeting();
  Writer datagram();
  void add(Event event) {
    event.at = now_;
    life_.events.push_back(std::move(event));
  }

  Random random_;
  Life life_;
  Duration now_{};
  std::vector<Number> apps_;
  Number last_hand_ = 0;
};

Life UnrulyApps::write() {
  cast();
  for (unsigned i = 0; i < kSteps; ++i) {
    step();
    if (random_.chance(0.6)) {
      now_ += Duration(static_cast<Duration::rep>(random_.below(300'000'000)));
    }
  }
  return std::move(life_);
}

void UnrulyApps::cast() {
  life_.servers[1];
  ClientPlan& client = life_.clients[1];
  client.credentials = random_.chance(0.5);
  if (random_.chance(0.2)) client.version = 0;
  for (Number i = 1; i <= kPeers; ++i) {
    PeerPlan& peer = life_.peers[i];
    if (i == kPeers) peer.family = Family::ipv6;
    if (random_.chance(0.7)) peer.manner = PeerManner::echo;
  }
  life_.targets[1];
}

void UnrulyApps::step() {
  const auto what = random_.below(100);
  if (apps_.empty() || what < 10) return open_app();
  const std::size_t place = random_.below(apps_.size());
  if (what < 20) return connect();
  if (what < 90) return speak(apps_[place]);
  leave(place);
}

// ----- handshakes

// A greeting, and credentials that may be right, half right or missing.
Writer UnrulyApps::greeting() {
  Bytes octets;
  const bool offers = life_.clients.at(1).credentials && random_.chance(0.9);
  socks5::encode_greeting(offers, octets);
  if (offers) {
    const char* const password = random_.chance(0.8) ? "secret" : "word";
    socks5::encode_credentials({"user", password}, octets);
  }
  Writer writer;
  writer.add(octets);
  return writer;
}

void UnrulyApps::open_app() {
  if (apps_.size() >= kApps) return;
  apps_.push_back(++last_hand_);
  add({.deed = random_.chance(0.7) ? Deed::hand_dials_client : Deed::hand_dials_from_beside,
       .who = last_hand_,
       .whom = 1});
  Bytes request;
  socks5::encode_request(socks5::Command::udp_associate, Endpoint{}, request);
  add({.deed = Deed::hand_says, .who = last_hand_, .written = greeting().add(request).written()});
}

// With octets that do not wait for the reply.
void UnrulyApps::connect() {
  add({.deed = Deed::hand_dials_client, .who = ++last_hand_, .whom = 1});
  Writer octets = greeting();
  octets.add({5, static_cast<std::uint8_t>(socks5::Command::connect), 0});
  octets.add(Piece::socks_target, 1, kIpv4Address);
  if (random_.chance(0.7)) octets.fill(random_.below(3000));
  add({.deed = Deed::hand_says, .who = last_hand_, .written = octets.written()});
  if (random_.chance(0.5)) add({.deed = Deed::hand_ends, .who = last_hand_});
}

// ----- datagrams

void UnrulyApps::speak(Number app) {
  const auto socket = static_cast<Number>(random_.chance(0.7) ? 1 : random_.between(1, 3));
  for (auto count = random_.between(1, 3); count > 0; --count) {
    add({.deed = Deed::hand_sends, .who = app, .whom = socket, .written = datagram().written()});
  }
}

Writer UnrulyApps::datagram() {
  const auto peer = static_cast<Number>(random_.between(1, kPeers));
  const bool ipv6 = life_.peers.at(peer).family == Family::ipv6;
  const bool fragment = random_.chance(0.15);
  Writer octets;
  octets.add({0, 0, static_cast<std::uint8_t>(fragment ? random_.between(1, 255) : 0)});
  octets.add(Piece::socks_peer, peer, ipv6 ? kIpv6Address : kIpv4Address);
  const std::size_t head = octets.size();
  octets.fill(random_.below(400));
  if (random_.chance(0.05)) octets.cut(1 + random_.below(head - 1));
  return octets;
}

void UnrulyApps::leave(std::size_t place) {
  constexpr std::array kWays = {Deed::hand_closes, Deed::hand_crashes, Deed::hand_ends};
  add({.deed = kWays[random_.below(kWays.size())], .who = apps_[place]});
  apps_[place] = apps_.back();
  apps_.pop_back();
}

}  // namespace

Life draw_unruly_apps(std::uint64_t seed) { return UnrulyApps(seed).write(); }

}  // namespace fullcone::sim
