#include "conformance/report.hpp"

#include <algorithm>

namespace fullcone::conformance {

int exit_code(const std::vector<CaseResult>& results, bool strict) {
  const auto any = [&](auto&& holds) { return std::ranges::any_of(results, holds); };
  const auto counts = [&](const CaseResult& result) {
    const Level level = result.judged->level();
    return level == Level::must || (strict && level == Level::should);
  };
  if (any(&CaseResult::subject_gone)) return 3;
  if (any([&](const auto& r) { return r.verdict == Verdict::fail && counts(r); })) return 1;
  if (any([&](const auto& r) { return r.verdict == Verdict::inconclusive && counts(r); })) return 4;
  return any([](const auto& r) { return r.verdict == Verdict::pass; }) ? 0 : 2;
}

}  // namespace fullcone::conformance
