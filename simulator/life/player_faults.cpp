// What goes wrong in a life.
#include "simulator/life/player.hpp"

namespace fullcone::sim {

namespace {

Duration time_of(const Event& event) { return Duration(static_cast<Duration::rep>(event.amount)); }

}  // namespace

// ----- streams to the server

std::shared_ptr<StreamEnd> Player::stream_of(const Event& event) const {
  ClientNode* const client = cast_.client(event.who);
  if (client == nullptr) return nullptr;
  const auto streams = static_cast<Streams>(event.via) == Streams::crumfurs
                           ? client->server_streams(Command::crumfurs)
                           : client->server_streams();
  return event.whom >= 1 && event.whom <= streams.size() ? streams[event.whom - 1] : nullptr;
}

void Player::stream_cut(const Event& event) {
  if (const auto end = stream_of(event)) end->link().cut();
}

void Player::stream_cut_after(const Event& event) {
  if (const auto end = stream_of(event)) end->link().cut_after(*end, event.amount);
}

void Player::stream_silent(const Event& event) {
  if (const auto end = stream_of(event)) end->link().fall_silent();
}

void Player::stream_unread(const Event& event) {
  const auto end = stream_of(event);
  if (end == nullptr) return;
  end->pause(Pause::by_owner);
  world_.after(time_of(event), [end] { end->resume(Pause::by_owner); });
}

void Player::streams_cut(const Event& event) {
  if (ClientNode* const client = cast_.client(event.who)) client->cut_all();
}

// ----- clients and servers

template <class Change>
void Player::change_node(const Event& event, Change&& change) {
  if (static_cast<Place>(event.via) == Place::client) {
    if (ClientNode* const client = cast_.client(event.who)) change(*client);
  } else {
    if (ServerNode* const server = cast_.server(event.who)) change(*server);
  }
}

void Player::node_restarts(const Event& event) {
  change_node(event, [](auto& node) { node.restart(); });
}

void Player::node_stops(const Event& event) {
  change_node(event, [](auto& node) { node.stop(); });
}

void Player::node_crashes(const Event& event) {
  change_node(event, [](auto& node) { node.crash(); });
}

void Player::node_vanishes(const Event& event) {
  change_node(event, [](auto& node) { node.vanish(); });
}

void Player::node_starts(const Event& event) {
  change_node(event, [](auto& node) { node.start(); });
}

void Player::ports_exhausted(const Event& event) {
  if (ServerNode* const server = cast_.server(event.who)) server->exhaust_ports(true);
}

void Player::ports_back(const Event& event) {
  if (ServerNode* const server = cast_.server(event.who)) server->exhaust_ports(false);
}

// ----- the network

void Player::client_roams(const Event& event) {
  if (ClientNode* const client = cast_.client(event.who)) {
    world_.roam(*client, cast_.nat(event.whom));
  }
}

// NATs are for IPv4.
void Player::peer_roams(const Event& event) {
  Peer* const peer = cast_.peer(event.who);
  Router* const nat = cast_.nat(event.whom);
  if (peer != nullptr && (nat == nullptr || peer->family() == Family::ipv4)) {
    world_.roam(*peer, nat);
  }
}

void Player::cut_off(const Event& event) {
  if (const Host* const host = host_of(event)) world_.network().partition({host}, time_of(event));
}

void Player::nat_restarts(const Event& event) {
  if (Router* const nat = cast_.nat(event.who)) world_.network().restart(*nat);
}

void Player::name_fails(const Event& event) {
  world_.zone().set_failing(host_name(event.who), true);
}

void Player::name_answers_again(const Event& event) {
  world_.zone().set_failing(host_name(event.who), false);
}

void Player::loss_becomes(const Event& event) {
  if (Host* const host = host_of(event)) host->link.loss = static_cast<double>(event.amount) / 1e6;
}

void Player::delay_becomes(const Event& event) {
  if (Host* const host = host_of(event)) host->link.delay = time_of(event);
}

}  // namespace fullcone::sim
