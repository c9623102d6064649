// RFC 4787, REQ-10 to REQ-14: payloads, determinism, ICMP and sizes.
#include <string>
#include <vector>

#include "conformance/case.hpp"
#include "conformance/nat/observe.hpp"

namespace fullcone::conformance {
namespace {

// Of `payload`, which begins with a word that no other does.
Finding arrived_whole_or_not_at_all(const Peer& at, const std::string& payload) {
  for (const Datagram& datagram : at.received()) {
    const bool is_it = datagram.payload.starts_with(payload.substr(0, 14));
    if (is_it && datagram.payload != payload) return {false, describe(datagram)};
  }
  return {true, ""};
}

// That what was mapped since `begun`, and was idle, need not have expired by now.
void still_mapped(NatBed& bed, TimePoint begun) {
  if (const auto& lifetime = bed.pace().lifetime) {
    bed.still_within(begun, lifetime->at_least, "mapping's lifetime");
  }
}

NAT_CASE("RFC4787-REQ-10.address-in-text", "A call's description arrives as it was signed.",
         .profile = "rfc4787") {
  const Mapping mapping = bed.open_mapping();
  const std::string inside = mapping.internal.endpoint().to_string();
  const std::string offer = bed.unique("INVITE") + "\r\nContact: <sip:" + inside + ">\r\n";
  EXPECT(bed.carries(mapping, offer));
  const std::string answer =
      bed.unique("OK") + "\r\nContact: <sip:" + mapping.external.to_string() + ">\r\n";
  EXPECT(bed.carries_back(mapping, answer));
}

NAT_CASE("RFC4787-REQ-10.address-in-octets", "An address in a binary protocol is left alone.",
         .profile = "rfc4787") {
  const Mapping mapping = bed.open_mapping();
  const Endpoint inside = mapping.internal.endpoint();
  std::string octets = bed.unique("addresses");
  for (const Endpoint& each : {inside, mapping.external, mapping.remote.endpoint()}) {
    octets += as_text(each.ip.octets());
    octets += {static_cast<char>(each.port >> 8), static_cast<char>(each.port)};
  }
  EXPECT(bed.carries(mapping, octets));
  EXPECT(bed.carries_back(mapping, octets));
}

NAT_CASE("RFC4787-REQ-11.load", "The thirtieth player is treated as the first one was.",
         .profile = "rfc4787") {
  const TimePoint begun = bed.network().now();
  const Mapping first = bed.open_mapping();
  const Dependence mapping = observe_mapping(bed), filtering = observe_filtering(bed);
  const auto crowd = open_crowd(bed, 30);
  EXPECT(mapping_name(observe_mapping(bed)) == mapping_name(mapping));
  EXPECT(filtering_name(observe_filtering(bed)) == filtering_name(filtering));
  for (const Mapping& each : crowd) {
    const Endpoint now = bed.map(each.internal, each.remote).external;
    still_mapped(bed, begun);
    EXPECT(now == each.external);
  }
  const Endpoint now = bed.map(first.internal, first.remote).external;
  still_mapped(bed, begun);
  EXPECT(now == first.external);
}

NAT_CASE("RFC4787-REQ-11.conflict", "Whose port was taken already is treated like anyone else.",
         .profile = "rfc4787") {
  const bool independent = observe_mapping(bed) == Dependence::endpoint_independent;
  const InternalEndpoint one = bed.internal();
  const InternalEndpoint twin = bed.internal_twin(one);
  const Mapping of_one = bed.map(one, bed.peer());
  const Mapping of_twin = bed.map(twin, bed.peer());
  const Mapping in_conflict = bed.map(twin, of_one.remote);
  EXPECT((in_conflict.external == of_twin.external) == independent);
}

NAT_CASE("RFC4787-REQ-11.again", "What worked yesterday works today.", .profile = "rfc4787") {
  const std::string mapping = mapping_name(observe_mapping(bed));
  const std::string filtering = filtering_name(observe_filtering(bed));
  for (int i = 0; i < 3; ++i) {
    EXPECT(mapping_name(observe_mapping(bed)) == mapping);
    EXPECT(filtering_name(observe_filtering(bed)) == filtering);
  }
}

NAT_CASE("RFC4787-REQ-11.exhaustion", "Who comes when nothing is left disturbs nobody else.",
         .profile = "rfc4787", .alone = true) {
  if (!bed.subject().mappings) bed.skip("how many mappings there can be is not known");
  const Lifetime lifetime = observe_lifetime(bed);
  if (!lifetime.at_most) bed.skip("what is used up stays so for longer than one is ready to wait");
  const Mapping first = bed.open_mapping();
  std::vector<InternalEndpoint> crowd;
  const Peer remote = bed.peer();
  for (std::size_t i = 0; i < *bed.subject().mappings; ++i) {
    crowd.push_back(bed.internal());
    crowd.back().send_to(remote.endpoint(), bed.unique("crowd"));
  }
  bed.wait_a_round_trip();
  EXPECT(bed.carries_back(first, bed.unique("back")));
  EXPECT(bed.map(first.internal, first.remote).external == first.external);
  bed.pass(*lifetime.at_most, "until there is room again");
}

NAT_CASE("RFC4787-REQ-12.port-unreachable", "One peer that has left takes nobody else with it.",
         .profile = "rfc4787") {
  const Mapping mapping = bed.open_mapping();
  bed.send_to_closed_port(mapping);
  EXPECT(bed.carries_back(mapping, bed.unique("back")));
  EXPECT(bed.map(mapping.internal, mapping.remote).external == mapping.external);
}

NAT_CASE("RFC4787-REQ-14.fragments", "What is larger than a packet arrives.",
         .profile = "rfc4787") {
  const Mapping mapping = bed.open_mapping();
  for (const std::size_t size : {1500u, 4096u, 9000u}) {
    EXPECT(bed.carries(mapping, bed.unique("large", size)));
    EXPECT(bed.carries_back(mapping, bed.unique("large", size)));
  }
}

NAT_CASE("RFC4787-REQ-14.sizes", "Nobody gets half a datagram.", .profile = "rfc4787") {
  const Mapping mapping = bed.open_mapping();
  for (const std::size_t size : {16u, 512u, 1200u, 1472u, 1473u, 16384u, 32768u, 65000u, 65507u}) {
    const std::string payload = bed.unique("sized", size);
    mapping.internal.send_to(mapping.remote.endpoint(), payload);
    mapping.remote.send_to(mapping.external, payload);
    bed.map(mapping.internal, mapping.remote);
    bed.wait_a_round_trip();
    EXPECT(arrived_whole_or_not_at_all(mapping.remote, payload));
    EXPECT(arrived_whole_or_not_at_all(mapping.internal, payload));
  }
}

}  // namespace
}  // namespace fullcone::conformance
