// The way of a datagram from realm to realm: each realm knows the hosts that stand in it, and hands
// the rest to the NAT that it lies behind. A crossing is an event of its own, so that a mapping
// that expires, or a router that restarts, meets what is on its way.
#include "simulator/network.hpp"
#include "simulator/purpose_random.hpp"

namespace fullcone::sim {
namespace {

std::string_view why_blocked(Crossing crossing) {
  switch (crossing) {
    case Crossing::forwarded:
      break;
    case Crossing::exhausted:
      return "no port is left";
    case Crossing::unmapped:
      return "no mapping";
    case Crossing::filtered:
      return "filtered";
    case Crossing::no_hairpin:
      return "no hairpinning";
  }
  return {};
}

}  // namespace

Router& Network::add_router(const LinkSettings& link, const NatBehaviour& behaviour,
                            std::vector<IpAddress> external, Router* outer) {
  Host& host = add_host(link, outer);
  const std::uint64_t number = routers_.size() + 1;
  const std::string name = "nat" + std::to_string(number);
  for (const IpAddress& ip : external) give_address(host, ip, name);
  routers_.push_back(std::make_unique<Router>(host, behaviour, std::move(external),
                                              random_for(seed_, "nat", number)));
  host.router = routers_.back().get();
  return *routers_.back();
}

// Out of `host` into the realm that it stands in.
void Network::leave(Host& host, const Packet& packet) {
  if (host.behind == nullptr && watch_.sent) watch_.sent(packet);
  Host* const known = host_of(packet.to.ip);
  if (known != nullptr && known->site == host.site) {
    return plan_arrival(now() + kInsideSite, packet);
  }
  const bool beside = known != nullptr && known->behind == host.behind;
  if (!beside && host.behind == nullptr) return note(TraceKind::datagram_unclaimed, packet);
  Host& next = beside ? *known : host.behind->host();
  if (separated(host, next)) return note(TraceKind::datagram_lost, packet);
  carry(beside ? Hop{&host, &next, next.router, false} : Hop{&host, nullptr, host.behind, true},
        packet);
}

// Into the realm behind `router`.
void Network::enter(Router& router, const Packet& packet) {
  Host* const destination = host_of(packet.to.ip);
  if (destination == nullptr || destination->behind != &router) {
    note(TraceKind::datagram_unclaimed, packet);
  } else if (separated(router.host(), *destination)) {
    note(TraceKind::datagram_lost, packet);
  } else {
    carry({nullptr, destination, destination->router, false}, packet);
  }
}

void Network::cross(Router& router, bool from_inside, const Packet& packet) {
  const Translation crossed = router.cross(packet.from, packet.to, from_inside, now());
  if (crossed.crossing != Crossing::forwarded) {
    return note(TraceKind::datagram_blocked, packet, why_blocked(crossed.crossing));
  }
  const Packet translated{crossed.source, crossed.destination, packet.payload};
  trace_.add({now(),
              TraceKind::datagram_translated,
              translated.from,
              translated.to,
              translated.payload.content(),
              {}});
  if (crossed.to_inside) {
    enter(router, translated);
  } else {
    leave(router.host(), translated);
  }
}

}  // namespace fullcone::sim
