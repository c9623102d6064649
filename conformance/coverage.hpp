// Which rule is checked by which cases, and which MUST rule by none.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "conformance/case.hpp"

namespace fullcone::conformance {

// One line per rule of SPEC.md with its cases.
void print_coverage(std::ostream& out);
// One line per case: id, level, side and why.
void print_cases(std::ostream& out, const std::vector<const Case*>& cases);

// "CONE-5 (server)": a MUST rule of a section that the suite covers, without a case on a side that
// it binds.
std::vector<std::string> uncovered_rules();

}  // namespace fullcone::conformance
