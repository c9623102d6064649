#include "simulator/life/quantities.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace fullcone::sim {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t worth;
};

// Those that are printed first, largest first; their worths are powers of ten.
constexpr Unit kTimes[] = {{"s", 1'000'000'000},    {"ms", 1'000'000},
                           {"us", 1'000},           {"ns", 1},
                           {"min", 60'000'000'000}, {"h", 3'600'000'000'000}};
constexpr std::size_t kPrinted = 4;
constexpr std::uint64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t kMillion = 1'000'000;

// "12.5" of what is worth `worth`, exactly.
std::optional<std::uint64_t> parse_decimal(std::string_view text, std::uint64_t worth) {
  const auto dot = text.find('.');
  const auto whole = parse_count(text.substr(0, dot));
  if (!whole || *whole > kMost / worth) return std::nullopt;
  std::uint64_t value = *whole * worth;
  if (dot == std::string_view::npos) return value;
  const std::string_view decimals = text.substr(dot + 1);
  if (decimals.empty()) return std::nullopt;
  for (const char digit : decimals) {
    if (digit < '0' || digit > '9' || worth % 10 != 0) return std::nullopt;
    worth /= 10;
    value += static_cast<std::uint64_t>(digit - '0') * worth;
  }
  if (value > kMost) return std::nullopt;
  return value;
}

std::string print_decimal(std::uint64_t value, std::uint64_t worth) {
  std::string text = std::to_string(value / worth);
  value %= worth;
  if (value != 0) text += '.';
  while (value != 0) {
    worth /= 10;
    text += static_cast<char>('0' + value / worth);
    value %= worth;
  }
  return text;
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  const auto digits = std::min(text.find_first_not_of("0123456789."), text.size());
  for (const Unit& unit : kTimes) {
    if (unit.name != text.substr(digits)) continue;
    const auto value = parse_decimal(text.substr(0, digits), unit.worth);
    if (!value) return std::nullopt;
    return Duration(static_cast<Duration::rep>(*value));
  }
  return std::nullopt;
}

std::string print_duration(Duration duration) {
  const auto value = static_cast<std::uint64_t>(duration.count());
  if (value == 0) return "0s";
  std::size_t unit = 0;
  while (unit + 1 < kPrinted && value < kTimes[unit].worth) ++unit;
  return print_decimal(value, kTimes[unit].worth) + std::string(kTimes[unit].name);
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> parse_octets(std::string_view text) {
  if (!text.ends_with('B')) return std::nullopt;
  return parse_count(text.substr(0, text.size() - 1));
}

std::string print_octets(std::uint64_t octets) { return std::to_string(octets) + 'B'; }

std::optional<std::uint64_t> parse_share(std::string_view text) {
  const auto millionths = parse_decimal(text, kMillion);
  return millionths && *millionths <= kMillion ? millionths : std::nullopt;
}

std::string print_share(std::uint64_t millionths) { return print_decimal(millionths, kMillion); }

}  // namespace fullcone::sim
