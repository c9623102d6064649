// The order of a run: which case next, on which testbed, and what the reports hear of it.
#pragma once

#include <memory>
#include <vector>

#include "conformance/run.hpp"

namespace fullcone::conformance {

// All selected cases of the testbed's side, up to `options.jobs` at a time where the testbed can be
// had more than once; those that have to be alone come after the others. Results go to the reports,
// and to the end of `results`, in the order of the cases. Ends early when the subject is gone, or
// `options.pace.stop` is set. Throws SubjectGone when the subject was never there.
void run_cases(Testbed& testbed, const RunOptions& options,
               const std::vector<std::unique_ptr<Report>>& reports,
               std::vector<CaseResult>& results);

}  // namespace fullcone::conformance
