// RFC 4787, REQ-8 and REQ-9: who gets in, and whether one gets back in from inside.
#include "conformance/case.hpp"
#include "conformance/nat/observe.hpp"

namespace fullcone::conformance {
namespace {

NAT_CASE("RFC4787-REQ-8.other-port", "A peer whose own NAT changed its port is heard all the same.",
         .profile = "rfc4787") {
  const Mapping mapping = bed.open_mapping();
  EXPECT(bed.admits(mapping, bed.peer_beside(mapping.remote)));
}

// Also the reason why every probe has endpoints of its own: from here on nobody could tell what
// the filter would have done to this peer.
NAT_CASE("RFC4787-REQ-8.addressed", "Whoever was sent to may answer, stranger or not before.",
         .profile = "rfc4787") {
  const Mapping first = bed.open_mapping();
  const Mapping second = bed.map(first.internal, bed.peer());
  EXPECT(bed.admits(second, second.remote));
  EXPECT(bed.admits(first, first.remote));
}

NAT_CASE("RFC4787-REQ-9.hairpin", "Two players in one home play with each other.",
         .profile = "rfc4787") {
  EXPECT(hairpin(bed).arrived);
}

NAT_CASE("RFC4787-REQ-9A.external-source", "The other player in the home can be answered.",
         .profile = "rfc4787") {
  const auto [sender, arrived] = hairpin(bed);
  if (!arrived) bed.skip("nothing is hairpinned");
  EXPECT(arrived->source.ip == sender.external.ip);
}

}  // namespace
}  // namespace fullcone::conformance
