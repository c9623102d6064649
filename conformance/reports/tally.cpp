#include "conformance/reports/tally.hpp"

#include <algorithm>
#include <numeric>

namespace fullcone::conformance {

void Tally::add(const CaseResult& result) {
  ++counts_[static_cast<std::size_t>(result.verdict)];
  if (result.is_failure()) ++failures_;
  if (result.expectation == Expectation::met) ++expected_;
}

std::size_t Tally::cases() const {
  return std::accumulate(counts_.begin(), counts_.end(), std::size_t{0});
}

std::string Tally::to_string() const {
  std::string text;
  for (const Verdict verdict : kVerdicts) {
    if (of(verdict) == 0) continue;
    if (!text.empty()) text += ", ";
    text += std::to_string(of(verdict)) + ' ' + std::string(conformance::to_string(verdict));
    if (verdict == Verdict::fail && expected_ != 0) {
      text += " (" + std::to_string(expected_) + " expected)";
    }
  }
  return text.empty() ? "no case" : text;
}

Tally tally_of(const std::vector<CaseResult>& results) {
  Tally tally;
  for (const auto& result : results) tally.add(result);
  return tally;
}

std::vector<std::pair<std::string_view, Tally>> tally_by_section(
    const std::vector<CaseResult>& results) {
  std::vector<std::pair<std::string_view, Tally>> sections;
  for (const Rule& rule : spec_rules()) {
    for (const auto& result : results) {
      if (result.judged->rule() != rule.id) continue;
      auto section =
          std::ranges::find(sections, rule.section(), &std::pair<std::string_view, Tally>::first);
      if (section == sections.end()) {
        section = sections.insert(section, {rule.section(), Tally()});
      }
      section->second.add(result);
    }
  }
  return sections;
}

}  // namespace fullcone::conformance
