#include "simulator/life/cast.hpp"

#include <algorithm>
#include <string>

#include "simulator/peers/dns_server.hpp"
#include "simulator/peers/hole_punching.hpp"
#include "simulator/peers/peer_manners.hpp"
#include "simulator/peers/stun_server.hpp"

namespace fullcone::sim {

std::string host_name(Number name) { return "name" + std::to_string(name) + ".example"; }

std::uint8_t octet_at(std::uint64_t place) { return static_cast<std::uint8_t>(place ^ place >> 8); }

Cast::Cast(World& world, const Life& life) : world_(world) {
  make_servers(life);
  make_nats(life);
  make_clients(life);
  make_peers(life);
  for (const auto& [number, plan] : life.targets) {
    targets_[number] = &world.tcp_target(plan.manner, plan.family);
  }
  make_names(life);
}

void Cast::make_servers(const Life& life) {
  for (const auto& [number, plan] : life.servers) {
    std::vector<User> users;
    for (std::uint32_t i = 1; i <= plan.users; ++i) {
      users.push_back(world_.new_user("user" + std::to_string(i)));
    }
    ServerSettings settings;
    settings.mux = plan.mux;
    settings.limits = plan.limits;
    servers_[number] = &world_.server(settings, users, plan.link);
  }
}

void Cast::make_nats(const Life& life) {
  for (const auto& [number, plan] : life.nats) {
    Router& made =
        world_.nat(plan.behaviour, nat(plan.behind), std::max<std::uint32_t>(plan.addresses, 1));
    made.host().link = plan.link;
    nats_[number] = &made;
  }
}

void Cast::make_clients(const Life& life) {
  for (const auto& [number, plan] : life.clients) {
    ServerNode* const node = server(plan.server);
    if (node == nullptr) continue;
    ClientSettings settings;
    settings.version = plan.version;
    settings.mapping = plan.mapping;
    if (plan.version == 1) {
      settings.udp = plan.udp;
      settings.tcp = plan.tcp;
    }
    settings.limits = plan.limits;
    if (plan.credentials) settings.credentials = {{"user", "secret"}, {"other", "word"}};
    const bool known = plan.user >= 1 && plan.user <= node->users().size();
    settings.user = known ? node->users()[plan.user - 1].uuid : world_.new_user("unknown").uuid;
    Router* const router = nat(plan.behind);
    clients_[number] = router != nullptr ? &world_.client(*router, plan.link, settings, node)
                                         : &world_.client(plan.link, settings, node);
  }
}

void Cast::make_peers(const Life& life) {
  for (const auto& [number, plan] : life.peers) {
    const Peer* const neighbour = peer(plan.beside);
    Router* const router = nat(plan.behind);
    Peer& made = neighbour != nullptr ? world_.peer_beside(*neighbour)
                 : router != nullptr  ? world_.peer(*router, plan.link)
                                      : world_.peer(plan.family, plan.link);
    behave(made, plan.manner);
    peers_[number] = &made;
  }
}

void Cast::behave(Peer& peer, PeerManner manner) {
  switch (manner) {
    case PeerManner::silent:
      return;
    case PeerManner::echo:
      return peer.echo();
    case PeerManner::echo_from_other_port:
      return answer_from(peer, world_.peer_beside(peer));
    case PeerManner::echo_from_other_host:
      return answer_from(peer, world_.peer(peer.family()));
    case PeerManner::echo_as_another:
      return answer_as(world_, peer, world_.peer(peer.family()));
    case PeerManner::extremes:
      return answer_with_extremes(peer);
    case PeerManner::stun:
      world_.add<StunServer>(peer);
      return;
    case PeerManner::dns:
      world_.add<DnsServer>(peer);
      return;
    case PeerManner::rendezvous:
      world_.add<Rendezvous>(peer);
      return;
  }
}

void Cast::make_names(const Life& life) {
  for (const auto& [number, plan] : life.names) {
    std::vector<IpAddress> addresses;
    for (const Number each : plan.peers) {
      const Peer* const named = peer(each);
      if (named != nullptr && is_public(*named)) addresses.push_back(named->endpoint().ip);
    }
    if (plan.inside) {
      addresses.push_back(IpAddress::v4(10, 0, 0, 1));
      addresses.push_back(IpAddress::v4(127, 0, 0, 1));
    }
    if (addresses.empty()) continue;
    if (plan.rotating) {
      world_.zone().set_rotating(host_name(number), addresses);
    } else {
      world_.zone().set(host_name(number), addresses);
    }
    world_.zone().set_slow(host_name(number), plan.delay);
  }
}

bool Cast::is_public(const Peer& peer) const {
  return world_.network().host_of(peer.endpoint().ip)->behind == nullptr;
}

Host* Cast::host(Place place, Number number) const {
  switch (place) {
    case Place::client:
      return client(number) == nullptr ? nullptr : &client(number)->host();
    case Place::server:
      return server(number) == nullptr ? nullptr : &server(number)->host();
    case Place::peer:
      return peer(number) == nullptr ? nullptr
                                     : world_.network().host_of(peer(number)->endpoint().ip);
    case Place::nat:
      return nat(number) == nullptr ? nullptr : &nat(number)->host();
  }
  return nullptr;
}

Bytes Cast::payload(std::uint64_t octets, Number app) {
  senders_.push_back(app);
  std::uint64_t number = senders_.size();
  Bytes drawn(octets, static_cast<std::uint8_t>('a' + octets % 26));
  for (std::size_t i = 0; i < std::min<std::size_t>(8, octets); ++i, number >>= 8) {
    drawn[i] = static_cast<std::uint8_t>(number & 0xff);
  }
  return drawn;
}

const Endpoint* Cast::known(Number number, Number app) {
  if (const Peer* const who = peer(number)) learn(number, *who);
  const auto found = ports_.find({number, app});
  return found == ports_.end() ? nullptr : &found->second;
}

void Cast::learn(Number number, const Peer& peer) {
  for (std::size_t& next = looked_at_[number]; next < peer.received().size(); ++next) {
    const Datagram& got = peer.received()[next];
    if (got.payload.size() < 8) continue;
    std::uint64_t payload = 0;
    for (std::size_t i = 8; i > 0; --i) payload = payload << 8 | got.payload[i - 1];
    if (payload == 0 || payload > senders_.size() || senders_[payload - 1] == 0) continue;
    ports_[{number, senders_[payload - 1]}] = got.source;
  }
}

}  // namespace fullcone::sim
