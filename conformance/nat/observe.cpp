#include "conformance/nat/observe.hpp"

#include <algorithm>
#include <set>

namespace fullcone::conformance {
namespace {

constexpr std::size_t kCrowd = 10;
// Neighbouring mappings may have something in between that is not the suite's.
constexpr int kSequentialStep = 4;

template <class Holds>
std::size_t count_steps(const std::vector<Mapping>& crowd, Holds&& holds) {
  std::size_t count = 0;
  for (std::size_t i = 1; i < crowd.size(); ++i) {
    if (holds(crowd[i].external.port - crowd[i - 1].external.port)) ++count;
  }
  return count;
}

bool twins_meet(NatBed& bed) {
  const InternalEndpoint one = bed.internal();
  const InternalEndpoint twin = bed.internal_twin(one);
  const Mapping first = bed.map(one, bed.peer());
  return bed.map(twin, bed.peer()).external == first.external;
}

bool is_coarse(const Lifetime& lifetime) {
  const Duration precision = std::max<Duration>(*lifetime.at_most / 8, 250ms);
  return *lifetime.at_most - lifetime.at_least > precision;
}

}  // namespace

Dependence observe_mapping(NatBed& bed) {
  const InternalEndpoint internal = bed.internal();
  const Peer remote = bed.peer();
  const Peer beside = bed.peer_beside(remote), elsewhere = bed.peer_elsewhere(remote);
  const Endpoint external = bed.map(internal, remote).external;
  if (bed.map(internal, beside).external != external) return Dependence::address_and_port_dependent;
  if (bed.map(internal, elsewhere).external != external) return Dependence::address_dependent;
  return Dependence::endpoint_independent;
}

Dependence observe_filtering(NatBed& bed) {
  const Mapping mapping = bed.open_mapping();
  if (bed.admits(mapping, bed.peer_elsewhere(mapping.remote))) {
    return Dependence::endpoint_independent;
  }
  const Mapping fresh = bed.open_mapping();
  if (bed.admits(fresh, bed.peer_beside(fresh.remote))) return Dependence::address_dependent;
  return Dependence::address_and_port_dependent;
}

// The receiver has sent to the sender's external endpoint before, so that its filter is open.
Hairpinned hairpin(NatBed& bed) {
  if (!bed.subject().may_be_hairpinned) bed.skip("hairpinning is probed on request only");
  const Mapping receiver = bed.open_mapping();
  const Mapping sender = bed.map(bed.internal_elsewhere(), bed.peer());
  receiver.internal.send_to(sender.external, bed.unique("open"));
  return {sender, bed.arrival(sender.internal, receiver.external, receiver.internal)};
}

Hairpinning observe_hairpinning(NatBed& bed) {
  const auto [sender, arrived] = hairpin(bed);
  if (!arrived) return Hairpinning::none;
  if (arrived->source.ip == sender.external.ip) return Hairpinning::external_source;
  const bool is_internal = arrived->source.ip == sender.internal.endpoint().ip;
  return is_internal ? Hairpinning::internal_source : Hairpinning::wrong_source;
}

PortAssignment observe_ports(NatBed& bed) {
  const auto crowd = open_crowd(bed, kCrowd);
  if (std::ranges::all_of(crowd,
                          [](const auto& m) { return m.external == m.internal.endpoint(); })) {
    return PortAssignment::untranslated;
  }
  if (!have_external_endpoints_of_their_own(crowd)) return PortAssignment::overloading;
  const auto preserved = std::ranges::count_if(
      crowd, [](const auto& m) { return m.external.port == m.internal.endpoint().port; });
  if (preserved * 2 > static_cast<long>(kCrowd)) {
    try {
      if (twins_meet(bed)) return PortAssignment::overloading;
    } catch (const Unjudged&) {  // nobody can tell
    }
    return PortAssignment::preservation;
  }
  const auto sequential =
      count_steps(crowd, [](int step) { return step > 0 && step <= kSequentialStep; });
  return sequential + 2 >= kCrowd ? PortAssignment::sequential : PortAssignment::random;
}

bool observe_parity(NatBed& bed) {
  return std::ranges::all_of(open_crowd(bed, kCrowd), [](const auto& m) {
    return m.external.port % 2 == m.internal.endpoint().port % 2;
  });
}

Pooling observe_pooling(NatBed& bed) {
  std::set<IpAddress> of_one, of_all;
  for (const Mapping& mapping : open_crowd(bed, kCrowd)) of_one.insert(mapping.external.ip);
  of_all = of_one;
  of_all.insert(bed.map(bed.internal_elsewhere(), bed.peer()).external.ip);
  if (of_one.size() > 1) return Pooling::arbitrary;
  return of_all.size() > 1 ? Pooling::paired : Pooling::one_address;
}

Lifetime observe_lifetime(NatBed& bed) {
  if (bed.pace().lifetime) return *bed.pace().lifetime;
  const Duration longest = std::min<Duration>(bed.ready_to_wait(), 1h);
  Lifetime lifetime{longest, {}};
  if (!bed.outlives(longest)) lifetime = {Duration::zero(), longest};
  while (lifetime.at_most && is_coarse(lifetime)) {
    const Duration middle = (lifetime.at_least + *lifetime.at_most) / 2;
    (bed.outlives(middle) ? lifetime.at_least : *lifetime.at_most) = middle;
  }
  bed.measured(lifetime);
  return lifetime;
}

// ----- crowds

std::vector<Mapping> open_crowd(NatBed& bed, std::size_t count) {
  std::vector<Mapping> crowd;
  while (crowd.size() < count) crowd.push_back(bed.open_mapping());
  return crowd;
}

bool have_external_endpoints_of_their_own(const std::vector<Mapping>& crowd) {
  std::set<Endpoint> externals;
  return std::ranges::all_of(crowd,
                             [&](const auto& m) { return externals.insert(m.external).second; });
}

}  // namespace fullcone::conformance
