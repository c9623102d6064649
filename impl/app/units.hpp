// Durations and sizes as a configuration writes them: a whole number and a unit, without a space:
// "300ms", "30s", "5m", "1h"; "512B", "256KiB", "1MiB", "1GiB".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

namespace fullcone::config {

// nullopt: not of this form, or more than the type can hold.
std::optional<Duration> parse_duration(std::string_view text);
std::optional<std::size_t> parse_size(std::string_view text);

// In the largest unit that divides it. Precondition: whole milliseconds, not negative.
std::string print_duration(Duration duration);
std::string print_size(std::size_t octets);

}  // namespace fullcone::config
