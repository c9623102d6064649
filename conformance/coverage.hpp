// Which rule is checked by which cases, and which MUST rule by none.
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/case.hpp"

namespace fullcone::conformance {

// A mutant, by the rule that it breaks and how.
struct NamedMutant {
  std::string_view rule;
  std::string_view fault;
};

// One line per rule with its cases, and one beneath it with the mutants that these catch.
void print_coverage(std::ostream& out, std::span<const NamedMutant> mutants);
// One line per case: id, level, side and why.
void print_cases(std::ostream& out, const std::vector<const Case*>& cases);

// "CONE-5 (server)": a MUST rule of a section that the suite covers, without a case on a side that
// it binds.
std::vector<std::string> uncovered_rules();

}  // namespace fullcone::conformance
