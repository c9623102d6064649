// Sees how a subject behaves, one property at a time, on endpoints that nobody used before. Each
// throws Unmet where nothing arrives, and Unjudged where the property cannot be seen here.
#pragma once

#include <vector>

#include "conformance/bed/nat_bed.hpp"
#include "conformance/nat/behaviour.hpp"

namespace fullcone::conformance {

Dependence observe_mapping(NatBed& bed);
Dependence observe_filtering(NatBed& bed);
Hairpinning observe_hairpinning(NatBed& bed);
PortAssignment observe_ports(NatBed& bed);
bool observe_parity(NatBed& bed);
Pooling observe_pooling(NatBed& bed);
// By bisection, with waits of no more than one is ready for, or an hour; looked for once on each
// testbed.
Lifetime observe_lifetime(NatBed& bed);

// What a hairpinned datagram shows, if there is one; its sender's mapping stands beside it.
struct Hairpinned {
  Mapping sender;
  std::optional<Datagram> arrived;
};
Hairpinned hairpin(NatBed& bed);

// As many internal endpoints of one host as are wanted, each mapped towards a peer of its own.
std::vector<Mapping> open_crowd(NatBed& bed, std::size_t count);
bool have_external_endpoints_of_their_own(const std::vector<Mapping>& crowd);

}  // namespace fullcone::conformance
