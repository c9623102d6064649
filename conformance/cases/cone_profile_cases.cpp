// The profiles full-cone and seed-cone, and what --expect asserts.
#include "conformance/case.hpp"
#include "conformance/nat/observe.hpp"

namespace fullcone::conformance {
namespace {

NAT_CASE("FULL-CONE-1.mapping", "Consoles and STUN see one port.", .profile = "full-cone") {
  EXPECT(mapping_name(observe_mapping(bed)) == "EIM");
}

NAT_CASE("FULL-CONE-2.stranger", "A stranger who knows the port can be the first to write.",
         .profile = "full-cone") {
  const Mapping mapping = bed.open_mapping();
  EXPECT(bed.admits(mapping, bed.peer()));
}

NAT_CASE("SEED-CONE-1.stranger", "A stranger gets in at any external port of the app's.",
         .profile = "seed-cone") {
  const Mapping first = bed.open_mapping();
  const Mapping second = bed.map(first.internal, bed.peer());
  EXPECT(bed.admits(first, bed.peer()));
  EXPECT(bed.admits(second, bed.peer()));
}

NAT_CASE("SEED-CONE-2.answered", "Who wrote first is answered from where it wrote to.",
         .profile = "seed-cone") {
  const Mapping mapping = bed.open_mapping();
  const Peer stranger = bed.peer();
  EXPECT(bed.admits(mapping, stranger));
  EXPECT(bed.map(mapping.internal, stranger).external == mapping.external);
  EXPECT(bed.map(mapping.internal, stranger).external == mapping.external);
}

NAT_CASE("SEED-CONE-3.own-port", "Two sites cannot tell by the port that it is one user.",
         .profile = "seed-cone") {
  const Mapping first = bed.open_mapping();
  const Mapping second = bed.map(first.internal, bed.peer());
  EXPECT(second.external != first.external);
  EXPECT(bed.map(first.internal, first.remote).external == first.external);
}

// ----- --expect

template <class Property>
const Property& expected(NatBed& bed, const std::optional<Property>& property) {
  if (!property) bed.skip("nothing is expected of it");
  return *property;
}

NAT_CASE("EXPECTED-1.mapping", "The mapping behaviour is the one relied on.",
         .profile = "expected") {
  const Dependence mapping = expected(bed, bed.subject().expected.mapping);
  EXPECT(mapping_name(observe_mapping(bed)) == mapping_name(mapping));
}

NAT_CASE("EXPECTED-1.filtering", "The filtering behaviour is the one relied on.",
         .profile = "expected") {
  const Dependence filtering = expected(bed, bed.subject().expected.filtering);
  EXPECT(filtering_name(observe_filtering(bed)) == filtering_name(filtering));
}

NAT_CASE("EXPECTED-1.hairpin", "Hairpinning is the one relied on.", .profile = "expected") {
  const Hairpinning hairpinning = expected(bed, bed.subject().expected.hairpinning);
  EXPECT(describe(observe_hairpinning(bed)) == describe(hairpinning));
}

NAT_CASE("EXPECTED-1.ports", "Port assignment is the one relied on.", .profile = "expected") {
  const PortAssignment ports = expected(bed, bed.subject().expected.ports);
  EXPECT(describe(observe_ports(bed)) == describe(ports));
}

NAT_CASE("EXPECTED-1.parity", "Parity is kept, or not, as relied on.", .profile = "expected") {
  const bool parity = expected(bed, bed.subject().expected.parity);
  EXPECT(observe_parity(bed) == parity);
}

NAT_CASE("EXPECTED-1.pooling", "Address pooling is the one relied on.", .profile = "expected") {
  const Pooling pooling = expected(bed, bed.subject().expected.pooling);
  EXPECT(describe(observe_pooling(bed)) == describe(pooling));
}

NAT_CASE("EXPECTED-1.lifetime", "An idle mapping lives as long as relied on.",
         .profile = "expected") {
  const Lifetime lifetime = expected(bed, bed.subject().expected.lifetime);
  EXPECT(bed.outlives(lifetime.at_least - lifetime.at_least / 50));
}

}  // namespace
}  // namespace fullcone::conformance
