#include "conformance/parity.hpp"

#include <algorithm>

namespace fullcone::conformance {
namespace {

bool is_judged(const CaseResult& result) {
  return result.expectation != Expectation::met && result.verdict != Verdict::skipped &&
         result.verdict != Verdict::inconclusive;
}

void print_side(std::ostream& out, const char* where, const CaseResult& result) {
  out << "    " << where << ": " << to_string(result.verdict);
  if (const auto reason = result.reason(); !reason.empty()) out << ", " << reason;
  out << '\n';
}

}  // namespace

int Parity::exit_code() const {
  if (!differences.empty()) return 1;
  return same == 0 ? 2 : 0;
}

Parity compare(std::span<const CaseResult> simulated, std::span<const CaseResult> live) {
  Parity parity;
  for (const CaseResult& one : simulated) {
    const auto other = std::ranges::find(live, one.judged, &CaseResult::judged);
    if (other == live.end() || !is_judged(one) || !is_judged(*other)) {
      parity.not_compared.push_back(one.judged);
    } else if (one.verdict == other->verdict) {
      ++parity.same;
    } else {
      parity.differences.push_back({&one, &*other});
    }
  }
  return parity;
}

void print_parity(std::ostream& out, const Parity& parity) {
  for (const auto& [simulated, live] : parity.differences) {
    out << "  differs  " << simulated->judged->id << '\n';
    print_side(out, "simulated", *simulated);
    print_side(out, "live", *live);
  }
  out << "  parity   " << parity.same << " same, " << parity.differences.size() << " differ, "
      << parity.not_compared.size() << " not compared\n";
}

}  // namespace fullcone::conformance
