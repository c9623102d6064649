// How many cases came to which verdict: in all, and section by section.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "conformance/report.hpp"

namespace fullcone::conformance {

inline constexpr std::array kVerdicts{Verdict::pass, Verdict::fail, Verdict::inconclusive,
                                      Verdict::unsupported, Verdict::skipped};

class Tally {
 public:
  void add(const CaseResult& result);
  std::size_t of(Verdict verdict) const { return counts_[static_cast<std::size_t>(verdict)]; }
  std::size_t failures() const { return failures_; }  // CaseResult::is_failure()
  std::size_t expected() const { return expected_; }  // failed as expected: among of(fail)
  std::size_t cases() const;
  // "31 pass, 1 fail (1 expected)"; verdicts that nobody got are left out.
  std::string to_string() const;

 private:
  std::array<std::size_t, kVerdicts.size()> counts_{};
  std::size_t failures_ = 0;
  std::size_t expected_ = 0;
};

Tally tally_of(const std::vector<CaseResult>& results);
// In the order of the rules.
std::vector<std::pair<std::string_view, Tally>> tally_by_section(
    const std::vector<CaseResult>& results);

}  // namespace fullcone::conformance
