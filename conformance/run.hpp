// Runs a case on a testbed and makes a verdict of what happens; schedule.hpp runs many.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/bed/wiretap.hpp"
#include "conformance/case.hpp"
#include "conformance/glob.hpp"
#include "conformance/report.hpp"
#include "conformance/testbed.hpp"

namespace fullcone::conformance {

struct RunOptions {
  Selection selection;
  // Empty: all; of a NAT those that any has to meet, unless `selection` names cases.
  std::vector<std::string> profiles;
  std::uint64_t seed = 1;
  Pace pace;
  std::size_t jobs = 1;                    // cases at the same time, where that is sound
  std::function<void(CaseResult&)> amend;  // before a result is told; empty: it stands
  // Who hears what passes in a case; empty: nobody.
  std::function<std::unique_ptr<Wiretap>(const Testbed&, const Case&)> make_wiretap;
};

// The cases of one side that `options` select, in order; of a client those for its `mode`, or for
// any.
std::vector<const Case*> selected_cases(Side side, const RunOptions& options,
                                        std::optional<ClientMode> mode = std::nullopt);

// The pace of the testbed's subject, measured. Throws SubjectGone when it was never there.
Pace calibrated(Testbed& testbed, const RunOptions& options);

// One case, alone. `pace` is the testbed's. `wiretap`: told what passes.
CaseResult run_case(const Case& judged, Testbed& testbed, Pace& pace, std::uint64_t seed,
                    Wiretap* wiretap = nullptr);

}  // namespace fullcone::conformance
