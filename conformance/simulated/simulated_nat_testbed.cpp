#include "conformance/simulated/simulated_nat_testbed.hpp"

#include <utility>

namespace fullcone::conformance {
namespace {

constexpr std::uint16_t kFirstPort = 32768;
constexpr std::uint16_t kLastPort = 33023;

sim::Dependence simulated(Dependence dependence) {
  return static_cast<sim::Dependence>(dependence);  // the same three, in the same order
}

sim::PortAssignment simulated(PortAssignment ports) {
  switch (ports) {
    case PortAssignment::overloading:
      return sim::PortAssignment::overloading;
    case PortAssignment::sequential:
      return sim::PortAssignment::sequential;
    case PortAssignment::random:
      return sim::PortAssignment::random;
    case PortAssignment::untranslated:
    case PortAssignment::preservation:
      break;
  }
  return sim::PortAssignment::preservation;
}

sim::Hairpinning simulated(Hairpinning hairpinning) {
  switch (hairpinning) {
    case Hairpinning::external_source:
      return sim::Hairpinning::external_source;
    case Hairpinning::internal_source:
    case Hairpinning::wrong_source:
      return sim::Hairpinning::internal_source;
    case Hairpinning::none:
      break;
  }
  return sim::Hairpinning::none;
}

}  // namespace

SimulatedNetwork::NatSubject nat_subject(const NatBehaviour& behaviour) {
  SimulatedNetwork::NatSubject subject;
  sim::NatBehaviour& nat = subject.behaviour;
  nat.first_port = kFirstPort;
  nat.last_port = kLastPort;
  if (behaviour.mapping) nat.mapping = simulated(*behaviour.mapping);
  if (behaviour.filtering) nat.filtering = simulated(*behaviour.filtering);
  if (behaviour.hairpinning) nat.hairpinning = simulated(*behaviour.hairpinning);
  if (behaviour.ports) nat.ports = simulated(*behaviour.ports);
  if (behaviour.parity) nat.preserves_parity = *behaviour.parity;
  if (behaviour.pooling) {
    subject.external_addresses = *behaviour.pooling == Pooling::one_address ? 1 : 4;
    if (*behaviour.pooling == Pooling::arbitrary) nat.pooling = sim::Pooling::arbitrary;
  }
  if (behaviour.lifetime) nat.idle = behaviour.lifetime->at_least;
  return subject;
}

SimulatedNatTestbed::SimulatedNatTestbed(const NatSubject& nat, const NatBehaviour& expected)
    : name_("simulated NAT, " + sim::mapping_name(nat.behaviour.mapping) + " and " +
            sim::filtering_name(nat.behaviour.filtering)),
      make_network_(
          [nat](std::uint64_t seed) { return std::make_unique<SimulatedNetwork>(seed, nat); }) {
  facts_.mappings = nat.behaviour.last_port - nat.behaviour.first_port + 1u;
  facts_.expected = expected;
}

SimulatedNatTestbed::SimulatedNatTestbed(MappingPolicy mapping, const NatBehaviour& expected)
    : name_("simulated client and server behind SOCKS5, mapping ") {
  const bool independent = mapping == MappingPolicy::endpoint_independent;
  name_ += independent ? "endpoint-independent" : "by destination";
  facts_.is_proxy = true;
  facts_.user.octets.back() = 1;
  facts_.expected = expected;
  SimulatedNetwork::PairSubject pair;
  pair.server.settings.egress = EgressPolicy();
  pair.server.users = {{"first", facts_.user}};
  pair.client.user = facts_.user;
  pair.client.mapping = mapping;
  make_network_ = [pair](std::uint64_t seed) {
    return std::make_unique<SimulatedNetwork>(seed, pair);
  };
}

SimulatedNatTestbed::SimulatedNatTestbed(std::string name, MakeNetwork make_network,
                                         const SubjectFacts& facts)
    : name_(std::move(name)), make_network_(std::move(make_network)), facts_(facts) {}

std::unique_ptr<Testbed> SimulatedNatTestbed::another() {
  return std::unique_ptr<Testbed>(new SimulatedNatTestbed(name_, make_network_, facts_));
}

Network& SimulatedNatTestbed::begin(std::uint64_t seed) {
  network_.reset();
  network_ = make_network_(seed);
  return *network_;
}

}  // namespace fullcone::conformance
