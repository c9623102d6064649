// RFC 4787, REQ-1 to REQ-4: mapping, pooling and ports.
#include <algorithm>

#include "conformance/case.hpp"
#include "conformance/nat/observe.hpp"

namespace fullcone::conformance {
namespace {

NAT_CASE("RFC4787-REQ-1.other-port", "Two games on one peer's machine see one and the same player.",
         .profile = "rfc4787") {
  const Mapping first = bed.open_mapping();
  const Mapping second = bed.map(first.internal, bed.peer_beside(first.remote));
  EXPECT(second.external == first.external);
}

NAT_CASE("RFC4787-REQ-1.other-address", "What a STUN server has told is true for everyone else.",
         .profile = "rfc4787") {
  const Mapping first = bed.open_mapping();
  const Mapping second = bed.map(first.internal, bed.peer_elsewhere(first.remote));
  EXPECT(second.external == first.external);
}

NAT_CASE("RFC4787-REQ-2.one-address", "All ports of one machine are at one external address.",
         .profile = "rfc4787") {
  const auto crowd = open_crowd(bed, 10);
  for (const Mapping& each : crowd) EXPECT(each.external.ip == crowd.front().external.ip);
}

NAT_CASE("RFC4787-REQ-3.crowd", "No two apps of one machine share an external endpoint.",
         .profile = "rfc4787") {
  EXPECT(have_external_endpoints_of_their_own(open_crowd(bed, 24)));
}

NAT_CASE("RFC4787-REQ-3.same-port", "Two machines that use one port number are told apart.",
         .profile = "rfc4787") {
  const InternalEndpoint one = bed.internal();
  const InternalEndpoint twin = bed.internal_twin(one);
  const Mapping of_one = bed.map(one, bed.peer());
  EXPECT(bed.map(twin, bed.peer()).external != of_one.external);
}

NAT_CASE("RFC4787-REQ-3A.range", "A player's port is not taken for a server's.",
         .profile = "rfc4787") {
  for (const Mapping& each : open_crowd(bed, 10)) EXPECT(each.external.port >= 1024);
}

NAT_CASE("RFC4787-REQ-4.parity", "Old RTP finds RTCP at the odd port beside it.",
         .profile = "rfc4787") {
  if (!observe_parity(bed)) bed.unsupported("ports change from even to odd, or back");
}

}  // namespace
}  // namespace fullcone::conformance
