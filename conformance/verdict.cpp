#include "conformance/verdict.hpp"

namespace fullcone::conformance {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "pass";
    case Verdict::fail:
      return "fail";
    case Verdict::inconclusive:
      return "inconclusive";
    case Verdict::unsupported:
      return "unsupported";
    case Verdict::skipped:
      return "skipped";
  }
  return "?";
}

std::string Evidence::reason() const {
  if (expected.empty()) return seen;
  return "expected " + expected + "; seen: " + seen;
}

}  // namespace fullcone::conformance
