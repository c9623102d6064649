// The kill matrix of a live subject: the tamperers of the mutants between it and the suite.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "conformance/mutants/kill_matrix.hpp"
#include "conformance/run.hpp"
#include "conformance/testbed.hpp"

namespace fullcone::conformance {

struct LiveTrial {
  RunOptions options;       // `jobs` mutants at a time
  bool every_case = false;  // false: a mutant goes through the cases of its rule alone
};

struct LiveKillMatrix {
  // Of the subject as it is, behind an idle tamperer. Mutants are tried on the cases that passed.
  std::vector<CaseResult> honest;
  std::vector<MutantTried> tried;

  std::vector<const Case*> passed() const;
  // Cases that passed and were tried with a mutant, and killed none.
  std::vector<const Case*> idle_cases() const;
  // Whether the subject failed nothing and each mutant is killed by its rule.
  bool holds() const;
};

// Those of `mutants` that this subject can be made into: of its side, and a matter of what passes.
// What a live subject cannot be tried for (no case of the rule passed) is left out. Throws
// SubjectGone.
LiveKillMatrix live_kill_matrix(std::span<const Mutant> mutants, std::shared_ptr<Testbed> subject,
                                const LiveTrial& trial);
void print_live_kill_matrix(std::ostream& out, const LiveKillMatrix& matrix);

}  // namespace fullcone::conformance
