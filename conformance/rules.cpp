#include "conformance/rules.hpp"

#include <algorithm>
#include <array>

namespace fullcone::conformance {
namespace {

constexpr Level MUST = Level::must;
[[maybe_unused]] constexpr Level SHOULD = Level::should;
constexpr Level MAY = Level::may;

constexpr Rule rule(std::string_view id, Level level, std::string_view side) {
  return {id, level, side != "client", side != "server"};
}

// `RULE(id, level, side)` for each rule of SPEC.md; the build writes the file.
constexpr Rule kRules[] = {
#define RULE(id, level, side) rule(id, level, side),
#include "conformance/spec_rules.inc"
#undef RULE
};

constexpr std::array<std::string_view, 8> kCovered{"HDR", "AUTH", "RSP",  "TCP",
                                                   "UDP", "CRUM", "CONE", "SOCKS"};

}  // namespace

std::string_view to_string(Level level) {
  switch (level) {
    case Level::must:
      return "MUST";
    case Level::should:
      return "SHOULD";
    case Level::may:
      return "MAY";
  }
  return "?";
}

std::string_view to_string(Side side) { return side == Side::server ? "server" : "client"; }

std::span<const Rule> spec_rules() { return kRules; }

std::optional<std::size_t> rule_index(std::string_view id) {
  const auto* const found = std::ranges::find(kRules, id, &Rule::id);
  if (found == std::end(kRules)) return std::nullopt;
  return static_cast<std::size_t>(found - std::begin(kRules));
}

bool covers_section(std::string_view section) {
  return std::ranges::find(kCovered, section) != kCovered.end();
}

}  // namespace fullcone::conformance
