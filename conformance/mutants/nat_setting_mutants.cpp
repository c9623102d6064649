// NATs that behave otherwise than RFC 4787 wants it: each is a setting of the simulator's.
#include "conformance/mutants/mutant.hpp"
#include "conformance/simulated/simulated_nat_testbed.hpp"

namespace fullcone::conformance {
namespace {

using NatSubject = SimulatedNetwork::NatSubject;

Mutant nat_mutant(std::string_view rule, std::string_view fault,
                  std::function<void(NatSubject&)> change) {
  return {.rule = rule, .fault = fault, .side = Side::nat, .change = std::move(change)};
}

// Written as a NatBehaviour is.
Mutant nat_mutant(std::string_view rule, std::string_view fault, const char* behaviour) {
  return nat_mutant(rule, fault, [behaviour](NatSubject& nat) {
    nat = nat_subject(parse_behaviour(behaviour));
    nat.behaviour.inbound_refresh = true;
  });
}

}  // namespace

std::vector<Mutant> nat_setting_mutants() {
  return {
      nat_mutant("RFC4787-REQ-1", "a mapping for each remote address", "mapping=ADM"),
      nat_mutant("RFC4787-REQ-1", "a mapping for each remote endpoint", "mapping=APDM"),
      nat_mutant("RFC4787-REQ-1", "symmetric", "mapping=APDM,filtering=APDF,ports=random"),
      nat_mutant("RFC4787-REQ-2", "any address of several", "pooling=arbitrary"),
      nat_mutant("RFC4787-REQ-3", "a port for whoever asks", "ports=overloading"),
      nat_mutant("RFC4787-REQ-3A", "low ports",
                 [](NatSubject& nat) {
                   nat.behaviour.first_port = 100;
                   nat.behaviour.last_port = 355;
                 }),
      nat_mutant("RFC4787-REQ-4", "odd ports for even ones", "ports=random"),
      nat_mutant("RFC4787-REQ-5", "30 s", "lifetime>=30s"),
      nat_mutant("RFC4787-REQ-5C", "200 s", "lifetime>=200s"),
      nat_mutant("RFC4787-REQ-6", "what is sent refreshes nothing",
                 [](NatSubject& nat) { nat.behaviour.outbound_refresh = false; }),
      nat_mutant("RFC4787-REQ-6A", "what comes refreshes nothing",
                 [](NatSubject& nat) { nat.behaviour.inbound_refresh = false; }),
      nat_mutant("RFC4787-REQ-8", "a filter by port", "filtering=APDF"),
      nat_mutant("RFC4787-REQ-9", "no way back in", "hairpin=no"),
      nat_mutant("RFC4787-REQ-9A", "hairpins the internal source", "hairpin=internal-source"),
      nat_mutant("FULL-CONE-1", "a cone for each address", "mapping=ADM,filtering=EIF"),
      nat_mutant("FULL-CONE-2", "a restricted cone", "filtering=ADF"),
      nat_mutant("SEED-CONE-1", "a filter by address", "mapping=APDM,filtering=ADF"),
      nat_mutant("SEED-CONE-2", "strangers answered from a new port", "mapping=APDM,ports=random"),
      nat_mutant("SEED-CONE-3", "one port for all", "mapping=EIM"),
      nat_mutant("EXPECTED-1", "not what is expected", "mapping=ADM,filtering=ADF,hairpin=no"),
  };
}

}  // namespace fullcone::conformance
