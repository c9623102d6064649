#include "conformance/report.hpp"

#include <algorithm>

namespace fullcone::conformance {

std::string CaseResult::reason() const {
  switch (expectation) {
    case Expectation::met:
      return "expected to fail (" + known_as + "): " + evidence.reason();
    case Expectation::broken:
      return "passed, but is expected to fail (" + known_as + ")";
    case Expectation::none:
      break;
  }
  return verdict == Verdict::pass ? std::string() : evidence.reason();
}

int exit_code(const std::vector<CaseResult>& results, bool strict) {
  const auto any = [&](auto&& holds) { return std::ranges::any_of(results, holds); };
  const auto counts = [&](const CaseResult& result) {
    const Level level = result.judged->level();
    return level == Level::must || (strict && level == Level::should);
  };
  if (any(&CaseResult::subject_gone)) return 3;
  if (any([&](const auto& r) {
        return r.is_failure() && (counts(r) || r.expectation == Expectation::broken);
      })) {
    return 1;
  }
  if (any([&](const auto& r) { return r.verdict == Verdict::inconclusive && counts(r); })) return 4;
  const auto judged = [](const CaseResult& r) {
    return r.verdict == Verdict::pass || r.expectation == Expectation::met;
  };
  return any(judged) ? 0 : 2;
}

}  // namespace fullcone::conformance
