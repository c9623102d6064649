// What a world has beside servers and clients: peers, targets, NATs, and who moves between them.
#include "simulator/address_plan.hpp"
#include "simulator/world.hpp"

namespace fullcone::sim {
namespace {

constexpr std::uint16_t kPeerPort = 7000;
constexpr std::uint16_t kTargetPort = 80;

}  // namespace

// ----- peers and targets

Peer& World::peer(Family family, const LinkSettings& link) {
  const auto number = static_cast<std::uint32_t>(++peer_hosts_);
  const IpAddress ip = address(family, kPeers, number);
  network_.give_address(network_.add_host(link), ip, "peer" + std::to_string(number));
  return peers_.emplace_back(network_, Endpoint{ip, kPeerPort});
}

Peer& World::peer(Router& behind, const LinkSettings& link) {
  const IpAddress ip = private_address();
  network_.give_address(network_.add_host(link, &behind), ip,
                        "peer" + std::to_string(++peer_hosts_));
  return peers_.emplace_back(network_, Endpoint{ip, kPeerPort});
}

Peer& World::peer_beside(const Peer& peer) {
  return peer_beside(peer, network_.next_port(peer.endpoint().ip));
}

Peer& World::peer_beside(const Peer& peer, std::uint16_t port) {
  return peers_.emplace_back(network_, Endpoint{peer.endpoint().ip, port});
}

std::vector<Peer*> World::peers(std::size_t count) {
  std::vector<Peer*> made;
  for (std::size_t i = 0; i < count; ++i) made.push_back(&peer());
  return made;
}

TcpTarget& World::tcp_target(TcpManner manner, Family family) {
  const auto number = static_cast<std::uint32_t>(targets_.size() + 1);
  const IpAddress ip = address(family, kTargets, number);
  network_.give_address(network_.add_host({}), ip, "target" + std::to_string(number));
  return targets_.emplace_back(network_, Endpoint{ip, kTargetPort}, manner);
}

// ----- NATs

Router& World::nat(const NatBehaviour& behaviour, Router* outer, std::size_t addresses) {
  std::vector<IpAddress> external;
  for (std::size_t i = 0; i < addresses; ++i) {
    external.push_back(outer != nullptr ? private_address()
                                        : address(Family::ipv4, kNats, ++nat_addresses_));
  }
  return network_.add_router({.delay = 1ms}, behaviour, std::move(external), outer);
}

IpAddress World::private_address() {
  const std::uint32_t number = ++private_addresses_;
  return IpAddress::v4(192, 168, static_cast<std::uint8_t>(number >> 8),
                       static_cast<std::uint8_t>(number));
}

// ----- who moves

void World::roam(ClientNode& client, Router* behind) {
  const IpAddress ip =
      behind != nullptr ? private_address() : address(client.ip().family(), kRoamed, ++roamed_);
  const std::string name = trace_.name_of(client.ip());
  network_.take_address(client.ip());
  network_.move(client.host(), behind);
  network_.give_address(client.host(), ip, name + "'");
  client.move_to(ip);
}

void World::roam(Peer& peer, Router* behind) {
  const Endpoint old = peer.endpoint();
  const IpAddress ip =
      behind != nullptr ? private_address() : address(old.family(), kRoamed, ++roamed_);
  Host& host = network_.add_host(network_.host_of(old.ip)->link, behind);
  network_.give_address(host, ip, trace_.name_of(old.ip) + "'");
  peer.move_to({ip, old.port});
}

}  // namespace fullcone::sim
