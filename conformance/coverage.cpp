#include "conformance/coverage.hpp"

#include <algorithm>
#include <ostream>

namespace fullcone::conformance {
namespace {

bool has_case(const Rule& rule, Side side) {
  return std::ranges::any_of(
      all_cases(), [&](const Case& each) { return each.rule() == rule.id && each.side() == side; });
}

std::string sides_of(const Rule& rule) {
  if (rule.binds_server && rule.binds_client) return "both";
  if (rule.binds_nat) return std::string(to_string(Side::nat));
  return std::string(to_string(rule.binds_server ? Side::server : Side::client));
}

}  // namespace

void print_coverage(std::ostream& out, std::span<const NamedMutant> mutants) {
  for (const Rule& rule : spec_rules()) {
    out << rule.id << " (" << to_string(rule.level) << ", " << sides_of(rule) << "):";
    for (const Case& each : all_cases()) {
      if (each.rule() == rule.id) out << ' ' << each.id;
    }
    if (!covers_section(rule.section())) out << " (section not covered yet)";
    out << '\n';
    std::string_view separator = "  mutants: ";
    for (const NamedMutant& each : mutants) {
      if (each.rule != rule.id) continue;
      out << separator << each.fault;
      separator = "; ";
    }
    if (separator == "; ") out << '\n';
  }
}

void print_cases(std::ostream& out, const std::vector<const Case*>& cases) {
  for (const Case* const each : cases) {
    out << each->id << " (" << to_string(each->level()) << ", " << to_string(each->side()) << ", "
        << each->traits.profile;
    if (!each->traits.simulated_only.empty()) out << ", simulated only";
    if (!each->traits.live_only.empty()) out << ", live only";
    out << ") " << each->why << '\n';
  }
}

std::vector<std::string> uncovered_rules() {
  std::vector<std::string> uncovered;
  for (const Rule& rule : spec_rules()) {
    if (rule.level != Level::must || !covers_section(rule.section())) continue;
    for (const Side side : {Side::server, Side::client, Side::nat}) {
      if (rule.binds(side) && !has_case(rule, side)) {
        uncovered.push_back(std::string(rule.id) + " (" + std::string(to_string(side)) + ")");
      }
    }
  }
  return uncovered;
}

}  // namespace fullcone::conformance
