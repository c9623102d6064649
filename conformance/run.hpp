// Runs cases on a testbed and makes verdicts of what happens.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "conformance/case.hpp"
#include "conformance/glob.hpp"
#include "conformance/report.hpp"
#include "conformance/testbed.hpp"

namespace fullcone::conformance {

struct RunOptions {
  Selection selection;
  std::vector<std::string> profiles;  // empty: all
  std::uint64_t seed = 1;
  Pace pace;
};

// The cases of one side that `options` select, in order.
std::vector<const Case*> selected_cases(Side side, const RunOptions& options);

// One case, alone. `pace` is the testbed's.
CaseResult run_case(const Case& judged, Testbed& testbed, Pace& pace, std::uint64_t seed);

// All selected cases of the testbed's side; stops early when the subject is gone. The results are
// appended to `results`. Throws SubjectGone when it was never there.
void run_cases(Testbed& testbed, const RunOptions& options,
               const std::vector<std::unique_ptr<Report>>& reports,
               std::vector<CaseResult>& results);

}  // namespace fullcone::conformance
