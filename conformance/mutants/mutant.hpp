// Subjects with one rule broken on purpose: each has to fail a case of that rule, or the cases are
// not worth much.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "conformance/mutants/tamper.hpp"
#include "conformance/rules.hpp"
#include "conformance/simulated/simulated_testbed.hpp"

namespace fullcone::conformance {

using MakeTamper = std::function<std::unique_ptr<Tamper>(const SubjectFacts&)>;

struct Mutant {
  std::string_view rule = {};   // the one that it breaks
  std::string_view fault = {};  // how: unique among the mutants
  Side side = Side::server;
  MakeTamper make_tamper = {};       // empty: none
  SimulatedTestbed::Tune tune = {};  // of the subject's settings; empty: as they are
  // Of a NAT: it behaves as RFC 4787 wants it, but for this; or it is a client and its server.
  std::function<void(SimulatedNetwork::NatSubject&)> change = {};
  std::optional<MappingPolicy> pair = {};
  ClientMode mode = ClientMode::isolated;  // of a client
  bool simulated_only = false;             // its tamperer needs what only the simulator can do
};

// The ones that stand between suite and subject, by what they meddle with.
std::vector<Mutant> request_mutants();
std::vector<Mutant> delivery_mutants();
std::vector<Mutant> port_mutants();
std::vector<Mutant> ending_mutants();
std::vector<Mutant> client_mutants();
std::vector<Mutant> mux_client_mutants();
std::vector<Mutant> mux_association_mutants();
std::vector<Mutant> mux_credit_mutants();
std::vector<Mutant> mux_frame_mutants();
// The ones that are a matter of settings.
std::vector<Mutant> setting_mutants();
std::vector<Mutant> nat_setting_mutants();
// NATs, and pairs seen through SOCKS5, with something before or behind them.
std::vector<Mutant> nat_mutants();
std::vector<Mutant> proxy_mutants();
std::vector<Mutant> all_mutants();

// Not mutants, but not honest either: of these no case may pass.
Mutant mute_subject(Side side);        // takes everything, says nothing
Mutant babbling_subject(Side side);    // answers with garbage
Mutant echoing_subject(Side side);     // answers with what it was sent
Mutant yes_saying_subject(Side side);  // agrees to everything, and does nothing

// In virtual time. `link`: of a server or a client.
std::unique_ptr<Testbed> mutant_testbed(const Mutant& mutant, const sim::LinkSettings& link = {});

// `make_mutant<Fault>("CONE-5", "…", Side::server)`; Fault is made of SubjectFacts, or of nothing.
template <class Fault>
Mutant make_mutant(std::string_view rule, std::string_view fault, Side side = Side::server) {
  return {rule,
          fault,
          side,
          [](const SubjectFacts& facts) -> std::unique_ptr<Tamper> {
            if constexpr (std::is_constructible_v<Fault, const SubjectFacts&>) {
              return std::make_unique<Fault>(facts);
            } else {
              return std::make_unique<Fault>();
            }
          },
          {},
          {},
          {}};
}

inline Mutant simulated_only(Mutant mutant) {
  mutant.simulated_only = true;
  return mutant;
}

}  // namespace fullcone::conformance
