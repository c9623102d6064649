// Which case catches which mutant: what the suite's verdicts are worth.
#pragma once

#include <ostream>
#include <span>
#include <vector>

#include "conformance/case.hpp"
#include "conformance/mutants/mutant.hpp"
#include "conformance/report.hpp"

namespace fullcone::conformance {

struct MutantTried {
  const Mutant* mutant = nullptr;
  std::vector<const Case*> killers;  // the cases that it fails, in their order
  // Whether one of them is of the rule that it breaks.
  bool is_killed_by_its_rule() const;
};

// Failed, or said to lack what the honest one offers.
bool is_kill(const CaseResult& result);

// Every mutant through all cases of its side, in virtual time.
std::vector<MutantTried> kill_matrix(std::span<const Mutant> mutants);
// Cases that can be tried in virtual time and that no mutant fails.
std::vector<const Case*> cases_without_kill(std::span<const MutantTried> matrix);
// A Markdown table, a mutant a row.
void print_rows(std::ostream& out, std::span<const MutantTried> matrix);
// The same, and what stands unkilled.
void print_kill_matrix(std::ostream& out, std::span<const MutantTried> matrix);

}  // namespace fullcone::conformance
