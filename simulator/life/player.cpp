#include "simulator/life/player.hpp"

#include <algorithm>

#include "simulator/peers/peer_manners.hpp"
#include "wire/socks5.hpp"

namespace fullcone::sim {

void Player::app_sends(const Event& event) {
  if (const Peer* const peer = cast_.peer(event.whom)) send(event, peer->endpoint());
}

void Player::app_sends_by_name(const Event& event) {
  if (const Peer* const peer = cast_.peer(event.whom)) {
    send(event, NamedEndpoint{host_name(event.via), peer->endpoint().port});
  }
}

void Player::app_answers(const Event& event) {
  const UdpApp* const app = cast_.app(event.who);
  if (app != nullptr && !app->received().empty()) send(event, app->received().back().source);
}

void Player::app_sends_nonsense(const Event& event) {
  UdpApp* const app = cast_.app(event.who);
  if (app != nullptr && app->ready()) app->send_raw(Bytes(event.amount, 0xff));
}

void Player::app_quits(const Event& event) {
  if (UdpApp* const app = cast_.app(event.who)) app->quit();
}

void Player::app_crashes(const Event& event) {
  if (UdpApp* const app = cast_.app(event.who)) app->crash();
}

// From source addresses that are nobody's.
void Player::peer_sprays(const Event& event) {
  Peer* const peer = cast_.peer(event.who);
  const Endpoint* const port = cast_.known(event.via, event.whom);
  if (peer == nullptr || port == nullptr || port->family() != Family::ipv4) return;
  spray_from_nowhere(world_, *peer, *port,
                     {event.times, std::max<std::size_t>(event.amount, 8), 1ms});
}

void Player::peer_floods(const Event& event) {
  Peer* const peer = cast_.peer(event.who);
  const Endpoint* const port = cast_.known(event.via, event.whom);
  if (peer == nullptr || port == nullptr || port->family() != peer->family()) return;
  flood(world_, *peer, *port, {event.times, std::max<std::size_t>(event.amount, 8), 1ms});
}

// To the one of the external ports that are open now.
void Player::peer_writes_to_port(const Event& event) {
  Peer* const peer = cast_.peer(event.who);
  const ServerNode* const server = cast_.server(event.via);
  if (peer == nullptr || server == nullptr) return;
  const auto ports = server->external_ports();
  if (event.whom < 1 || event.whom > ports.size()) return;
  const Endpoint& port = ports[event.whom - 1];
  if (port.family() != peer->family()) return;
  for (std::uint32_t i = 0; i < event.times; ++i) {
    peer->send_to(port, cast_.payload(event.amount, 0));
  }
}

void Player::tcp_connects(const Event& event) {
  ClientNode* const client = cast_.client(event.via);
  const TcpTarget* const target = cast_.target(event.whom);
  if (client == nullptr || target == nullptr || cast_.call(event.who) != nullptr) return;
  AppSettings settings;
  const auto& accepted = client->settings().credentials;
  if (!accepted.empty()) settings.credentials = accepted.front();
  cast_.add(event.who, {&client->connect(target->endpoint(), settings), event.whom, 0});
}

void Player::tcp_sends(const Event& event) {
  TcpCall* const call = cast_.call(event.who);
  if (call == nullptr) return;
  Bytes octets(event.amount * event.times);
  for (std::uint8_t& octet : octets) octet = octet_at(call->sent++);
  call->app->send(octets);
}

void Player::tcp_ends(const Event& event) {
  if (const TcpCall* const call = cast_.call(event.who)) call->app->half_close();
}

void Player::tcp_quits(const Event& event) {
  if (const TcpCall* const call = cast_.call(event.who)) call->app->quit();
}

void Player::tcp_crashes(const Event& event) {
  if (const TcpCall* const call = cast_.call(event.who)) call->app->crash();
}

void Player::tcp_stalls(const Event& event) {
  if (const TcpCall* const call = cast_.call(event.who)) call->app->stream().pause_reading();
}

void Player::tcp_reads_again(const Event& event) {
  if (const TcpCall* const call = cast_.call(event.who)) call->app->stream().resume_reading();
}

void Player::open_app(const Event& event, bool beside) {
  ClientNode* const client = cast_.client(event.whom);
  if (client == nullptr || cast_.app(event.who) != nullptr) return;
  AppSettings settings;
  const auto& accepted = client->settings().credentials;
  if (!accepted.empty()) settings.credentials = accepted.front();
  if (beside) settings.ip = client->new_neighbour();
  cast_.add(event.who, client->open_udp(settings));
}

// What does not fit a datagram with its SOCKS5 header no system would send.
void Player::send(const Event& event, const Destination& to) {
  UdpApp* const app = cast_.app(event.who);
  if (app == nullptr || socks5::encode_udp_head(to).size() + event.amount > kMostOctets) return;
  for (std::uint32_t i = 0; i < event.times; ++i) {
    app->send_to(to, cast_.payload(event.amount, event.who));
  }
}

void Player::write_to_app(const Event& event, Number knows) {
  Peer* const peer = cast_.peer(event.who);
  const Endpoint* const port = cast_.known(knows, event.whom);
  if (peer == nullptr || port == nullptr || port->family() != peer->family()) return;
  for (std::uint32_t i = 0; i < event.times; ++i) {
    peer->send_to(*port, cast_.payload(event.amount, 0));
  }
}

}  // namespace fullcone::sim
