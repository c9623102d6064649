#include "conformance/rules.hpp"

#include <algorithm>
#include <array>

namespace fullcone::conformance {
namespace {

constexpr Level MUST = Level::must;
constexpr Level SHOULD = Level::should;
constexpr Level MAY = Level::may;

constexpr Rule rule(std::string_view id, Level level, std::string_view side) {
  const bool both = side == "both";
  return {id, level, both || side == "server", both || side == "client", side == "nat"};
}

// `RULE(id, level, side)` for each rule of both pages; the build writes the file.
constexpr Rule kRules[] = {
#define RULE(id, level, side) rule(id, level, side),
#include "conformance/spec_rules.inc"
#undef RULE
};

constexpr std::array<std::string_view, 13> kCovered{
    "HDR", "AUTH",  "RSP",         "TCP",   "UDP",       "CRUM",     "CONE",
    "MUX", "SOCKS", "RFC4787-REQ", "PROXY", "FULL-CONE", "SEED-CONE"};

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

std::string_view to_string(Side side) {
  switch (side) {
    case Side::server:
      return "server";
    case Side::client:
      return "client";
    case Side::nat:
      return "nat";
  }
  return "?";
}

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
