// A UDP NAT as a table without I/O: what crosses it is asked for a translation, and gets one or
// none. It is told the time and handed its chance, so the same datagrams give the same table.
// Whoever owns it carries the datagrams. Source: RFC 4787.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "base/endpoint.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "simulator/nat_behaviour.hpp"

namespace fullcone::sim {

// What became of a datagram that wanted to cross.
enum class Crossing : std::uint8_t {
  forwarded,   // with the endpoints of the translation
  exhausted,   // no external port was left (REQ-11 wants this to harm nobody else)
  unmapped,    // from outside to a port that has no mapping
  filtered,    // from outside, from a source that the filtering behaviour keeps out
  no_hairpin,  // from inside to an own external address, without hairpinning
};

struct Translation {
  Crossing crossing = Crossing::forwarded;
  Endpoint source;
  Endpoint destination;
  bool to_inside = false;  // the other side of the NAT, or by hairpinning the same
};

class Nat {
 public:
  // `external_addresses`: at least one; mappings take the first of the internal address's family
  // when paired, one by chance when arbitrary.
  Nat(const NatBehaviour& behaviour, std::vector<IpAddress> external_addresses, Random random);

  // A datagram from inside.
  Translation outbound(const Endpoint& source, const Endpoint& destination, TimePoint now);
  // A datagram from outside, to one of the external addresses.
  Translation inbound(const Endpoint& source, const Endpoint& destination, TimePoint now);

  bool owns(const IpAddress& address) const;
  const NatBehaviour& behaviour() const { return behaviour_; }
  std::size_t mappings(TimePoint now);
  // As a router that restarts: everything is forgotten.
  void forget_all();

 private:
  // The part of a remote endpoint that a behaviour looks at; all zero where it looks at none.
  using RemoteKey = Endpoint;
  using MappingKey = std::pair<Endpoint, RemoteKey>;  // internal endpoint, remote part
  struct Mapping {
    Endpoint internal;
    Endpoint external;
    MappingKey key;
    TimePoint refreshed{};
    std::set<RemoteKey> permitted;
  };
  using MappingIterator = std::list<Mapping>::iterator;

  MappingIterator find_or_open(const Endpoint& internal, const Endpoint& remote, TimePoint now);
  std::optional<Endpoint> assign(const Endpoint& internal);
  std::optional<std::uint16_t> free_port(const IpAddress& address, std::uint16_t wanted);
  bool is_free(const IpAddress& address, std::uint16_t port) const;
  const IpAddress& external_address(const IpAddress& internal);
  void refresh(MappingIterator mapping, TimePoint now);
  void close(MappingIterator mapping);
  void expire(TimePoint now);
  Translation hairpin(const Endpoint& internal, const Endpoint& external_source,
                      const Endpoint& destination, TimePoint now);

  NatBehaviour behaviour_;
  std::vector<IpAddress> external_addresses_;
  Random random_;
  std::list<Mapping> mappings_;  // least recently refreshed first
  std::map<MappingKey, MappingIterator> by_key_;
  std::multimap<Endpoint, MappingIterator> by_external_;  // several only when ports are overloaded
  std::map<IpAddress, IpAddress> paired_;
  std::size_t addresses_paired_ = 0;
  std::uint16_t last_assigned_ = 0;
};

}  // namespace fullcone::sim
