// Whether a live subject gets the verdicts that the simulated one gets from the same cases: where
// not, one of them is wrong, or the case means two things.
#pragma once

#include <cstddef>
#include <ostream>
#include <span>
#include <vector>

#include "conformance/report.hpp"

namespace fullcone::conformance {

struct Parity {
  struct Difference {
    const CaseResult* simulated = nullptr;
    const CaseResult* live = nullptr;
  };
  std::size_t same = 0;
  std::vector<Difference> differences;
  // Skipped or inconclusive on either, known to fail, or not come to.
  std::vector<const Case*> not_compared;

  // 0 all the same, 1 some differ, 2 nothing was compared.
  int exit_code() const;
};

// In the order of `simulated`; both outlive what is returned.
Parity compare(std::span<const CaseResult> simulated, std::span<const CaseResult> live);
void print_parity(std::ostream& out, const Parity& parity);

}  // namespace fullcone::conformance
