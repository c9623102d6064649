#include "simulator/unruly_apps.hpp"

#include <optional>

#include "wire/socks5.hpp"

namespace fullcone::sim {
namespace {

// The relay, as the reply to a handshake in one piece names it.
std::optional<Endpoint> relay_of(ByteView received, bool with_credentials) {
  const std::size_t before = with_credentials ? 4 : 2;
  if (received.size() < before) return std::nullopt;
  const auto reply = socks5::parse_reply(received.subspan(before));
  if (!reply.parsed() || reply.value().reply != socks5::Reply::succeeded) return std::nullopt;
  return reply.value().bound;
}

}  // namespace

UnrulyApps::UnrulyApps(World& world, unsigned steps)
    : world_(world), steps_(steps), random_(world.random("unruly apps")) {
  ClientSettings settings;
  if (random_.chance(0.5)) settings.credentials = {{"user", "secret"}, {"other", "word"}};
  if (random_.chance(0.2)) settings.version = 0;
  client_ = &world.client({}, settings);
  neighbour_ = client_->new_neighbour();
  for (int i = 0; i < 3; ++i) {
    peers_.push_back(&world.peer(i == 2 ? Family::ipv6 : Family::ipv4));
    if (random_.chance(0.7)) peers_.back()->echo();
  }
  target_ = &world.tcp_target();
}

void UnrulyApps::live() {
  for (unsigned i = 0; i < steps_; ++i) {
    step();
    if (random_.chance(0.6)) world_.run_for(Duration(random_.below(300'000'000)));
  }
}

void UnrulyApps::step() {
  const auto what = random_.below(100);
  if (apps_.empty() || what < 10) return open_app();
  App& app = apps_[random_.below(apps_.size())];
  if (what < 20) return connect();
  if (what < 90) return speak(app);
  leave(app);
}

// ----- handshakes

// A greeting, and credentials that may be right, half right or missing.
Bytes UnrulyApps::greeting() {
  Bytes octets;
  const bool offers = !client_->settings().credentials.empty() && random_.chance(0.9);
  socks5::encode_greeting(offers, octets);
  if (!offers) return octets;
  const char* const password = random_.chance(0.8) ? "secret" : "word";
  socks5::encode_credentials({"user", password}, octets);
  return octets;
}

void UnrulyApps::open_app() {
  if (apps_.size() >= 6) return;
  App app;
  app.ip = random_.chance(0.7) ? client_->listening().ip : neighbour_;
  app.control = &world_.connect_to_client(*client_, app.ip);
  Bytes octets = greeting();
  socks5::encode_request(socks5::Command::udp_associate, Endpoint{}, octets);
  app.control->send(octets);
  app.sockets = {&world_.socket_beside(*client_, app.ip), &world_.socket_beside(*client_, app.ip)};
  const IpAddress other = app.ip == neighbour_ ? client_->listening().ip : neighbour_;
  app.sockets.push_back(&world_.socket_beside(*client_, other));
  apps_.push_back(app);
}

// With octets that do not wait for the reply.
void UnrulyApps::connect() {
  RawStream& stream = world_.connect_to_client(*client_);
  Bytes octets = greeting();
  socks5::encode_request(socks5::Command::connect, target_->endpoint(), octets);
  if (random_.chance(0.7)) octets.insert(octets.end(), random_.below(3000), 'x');
  stream.send(octets);
  if (random_.chance(0.5)) stream.half_close();
}

// ----- datagrams

void UnrulyApps::speak(App& app) {
  const bool with_credentials = !client_->settings().credentials.empty();
  const auto relay = relay_of(app.control->received(), with_credentials);
  if (!relay || !app.control->open()) return;
  Peer& socket = *app.sockets[random_.chance(0.7) ? 0 : random_.below(app.sockets.size())];
  for (auto count = random_.between(1, 3); count > 0; --count) socket.send_to(*relay, datagram());
}

Bytes UnrulyApps::datagram() {
  const auto head = socks5::encode_udp_head(peers_[random_.below(peers_.size())]->endpoint());
  Bytes octets = to_bytes(head.view());
  const auto size = random_.below(400);
  octets.insert(octets.end(), size, static_cast<std::uint8_t>(random_.below(256)));
  if (random_.chance(0.15)) octets[2] = static_cast<std::uint8_t>(random_.between(1, 255));  // FRAG
  if (random_.chance(0.05)) octets.resize(random_.below(head.size()));
  return octets;
}

void UnrulyApps::leave(App& app) {
  switch (random_.below(3)) {
    case 0:
      app.control->close_clean();
      break;
    case 1:
      app.control->cut();
      break;
    default:
      app.control->half_close();
  }
  app = apps_.back();
  apps_.pop_back();
}

}  // namespace fullcone::sim
