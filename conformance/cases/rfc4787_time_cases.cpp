// RFC 4787, REQ-5 and REQ-6: how long a mapping lives.
#include "conformance/case.hpp"
#include "conformance/nat/observe.hpp"

namespace fullcone::conformance {
namespace {

// That an idle mapping lives for `required`, or nearly so: timers are coarse. One that is gone
// sooner is seen even where that is more than one is ready to wait.
Finding lives_for(NatBed& bed, Duration required) {
  if (bed.ready_to_wait() < required) {
    const Lifetime lifetime = observe_lifetime(bed);
    if (lifetime.at_most) return {false, describe(lifetime)};
  }
  return bed.outlives(required - required / 50);
}

// How soon it is gone; skips the case where that is not known.
Duration short_lifetime(NatBed& bed) {
  const Lifetime lifetime = observe_lifetime(bed);
  if (!lifetime.at_most) {
    bed.skip("an idle mapping lives " + describe(lifetime) + ": longer than one is ready to wait");
  }
  return *lifetime.at_most;
}

enum class From { inside, outside };

// A mapping that is used once more, in one direction, shortly before its end: whether it is still
// there shortly after. (Later on nobody could tell it from a new one at the same port.)
Finding is_refreshed(NatBed& bed, From side) {
  const Duration lifetime = short_lifetime(bed);
  const Mapping mapping = bed.open_mapping();
  EXPECT(bed.carries_back(mapping, bed.unique("back")));
  bed.pass(lifetime * 4 / 5, "most of a lifetime");
  if (side == From::inside) {
    bed.carries(mapping, bed.unique("keepalive"));
  } else {
    bed.carries_back(mapping, bed.unique("keepalive"));
  }
  bed.pass(lifetime * 2 / 5, "past the end of the lifetime");
  return bed.admits(mapping, mapping.remote);
}

NAT_CASE("RFC4787-REQ-5.two-minutes", "A call in which nobody speaks for a minute goes on.",
         .profile = "rfc4787") {
  EXPECT(lives_for(bed, 120s));
}

NAT_CASE("RFC4787-REQ-5C.five-minutes", "A phone sleeps five minutes and is still reachable.",
         .profile = "rfc4787") {
  EXPECT(lives_for(bed, 300s));
}

NAT_CASE("RFC4787-REQ-6.outbound", "An app's keepalives keep its mapping alive.",
         .profile = "rfc4787") {
  EXPECT(is_refreshed(bed, From::inside));
}

NAT_CASE("RFC4787-REQ-6A.inbound", "Who only listens to a stream goes on hearing it.",
         .profile = "rfc4787") {
  if (!is_refreshed(bed, From::outside)) bed.unsupported("what comes in refreshes nothing");
}

}  // namespace
}  // namespace fullcone::conformance
