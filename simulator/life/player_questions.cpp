// What apps ask the servers among the peers: their own address, a name's, and where a friend is. A
// peer of another manner gives no answer, or a wrong one.
#include <set>
#include <utility>

#include "simulator/life/player.hpp"
#include "simulator/peers/dns_message.hpp"
#include "simulator/peers/stun_message.hpp"

namespace fullcone::sim {

void Player::app_asks_stun(const Event& event) {
  UdpApp* const app = cast_.app(event.who);
  const Peer* const peer = cast_.peer(event.whom);
  if (app == nullptr || peer == nullptr) return;
  const auto origin = static_cast<Origin>(event.via);
  stun::Message request;
  std::uint32_t number = ++asked_;
  for (std::size_t i = 0; i < 4; ++i, number >>= 8) {
    request.transaction[i] = static_cast<std::uint8_t>(number & 0xff);
  }
  if (origin != Origin::the_same) {
    request.change_request = {.ip = origin != Origin::another_port,
                              .port = origin != Origin::another_address};
  }
  app->send_to(peer->endpoint(), stun::encode(request));
}

void Player::app_asks_dns(const Event& event) {
  UdpApp* const app = cast_.app(event.who);
  const Peer* const peer = cast_.peer(event.whom);
  if (app == nullptr || peer == nullptr) return;
  app->send_to(peer->endpoint(), dns::encode({.id = static_cast<std::uint16_t>(++asked_),
                                              .name = host_name(event.via),
                                              .family = static_cast<Family>(event.amount)}));
}

// The peer meets apps alone: a NAT that changes its port may make it seem another to the rendezvous
// server, and two peers that echo what the other one says never come to an end. Its program goes on
// when the life has been played.
void Player::app_meets_peer(const Event& event) {
  std::set<const Host*> servers;
  for (const auto& [number, server] : cast_.servers()) servers.insert(&server->host());
  meet(event, cast_.peer(event.whom), [&world = world_, servers](const Endpoint& other) {
    return servers.contains(world.network().host_of(other.ip));
  });
}

void Player::app_meets_app(const Event& event) { meet(event, cast_.app(event.whom), {}); }

// Each of the two has a program of its own, in a room that nobody else has.
template <class Far>
void Player::meet(const Event& event, Far* far, HolePuncher::Filter filter) {
  UdpApp* const app = cast_.app(event.who);
  const Peer* const rendezvous = cast_.peer(event.via);
  if (app == nullptr || far == nullptr || rendezvous == nullptr) return;
  const std::string room = std::to_string(++asked_);
  world_.add<HolePuncher>(AnySocket(*app), rendezvous->endpoint(), room);
  world_.add<HolePuncher>(AnySocket(*far), rendezvous->endpoint(), room, std::move(filter));
}

}  // namespace fullcone::sim
