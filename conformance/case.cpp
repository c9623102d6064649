#include "conformance/case.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <tuple>

namespace fullcone::conformance {
namespace {

std::vector<Case>& registered_cases() {
  static std::vector<Case> cases;  // a function's static: registrations run in any order
  return cases;
}

auto place_of(const Case& each) {
  return std::tuple(each.side(), rule_index(each.rule()).value(), each.file, each.line);
}

std::vector<Case> checked_and_sorted(std::vector<Case> cases) {
  for (const auto& each : cases) {
    if (!rule_index(each.rule())) {
      throw std::logic_error("no rule of SPEC.md: " + std::string(each.id));
    }
    if (std::ranges::count(cases, each.id, &Case::id) > 1) {
      throw std::logic_error("two cases of one id: " + std::string(each.id));
    }
  }
  std::ranges::sort(cases, {}, place_of);
  return cases;
}

}  // namespace

Level Case::level() const { return spec_rules()[rule_index(rule()).value()].level; }

CaseRegistration::CaseRegistration(const Case& registered) {
  registered_cases().push_back(registered);
}

const std::vector<Case>& all_cases() {
  static const std::vector<Case> cases = checked_and_sorted(registered_cases());
  return cases;
}

}  // namespace fullcone::conformance
