// Values as the file of a life writes them, each exact both ways: "1.25s", "20ms", "100B", "0.02",
// "7", "yes".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace fullcone::sim {

// Decimal and a unit: ns, us, ms, s, min or h. nullopt: not of this form, negative, finer than a
// nanosecond or beyond 292 years.
std::optional<Duration> parse_duration(std::string_view text);
// In ns, us, ms or s: the largest that leaves a whole part. Precondition: not negative.
std::string print_duration(Duration duration);

std::optional<std::uint64_t> parse_count(std::string_view text);

// "100B".
std::optional<std::uint64_t> parse_octets(std::string_view text);
std::string print_octets(std::uint64_t octets);

// Shares of one, in millionths: "0.02" is 20000. nullopt also beyond 1 and finer than a millionth.
std::optional<std::uint64_t> parse_share(std::string_view text);
std::string print_share(std::uint64_t millionths);

}  // namespace fullcone::sim
