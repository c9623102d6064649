#include "app/units.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <limits>
#include <span>

namespace fullcone::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t worth;
};

// Smallest first.
constexpr Unit kDurations[] = {
    {"ms", 1'000'000}, {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000}};
constexpr Unit kSizes[] = {{"B", 1}, {"KiB", 1u << 10}, {"MiB", 1u << 20}, {"GiB", 1u << 30}};

std::optional<std::uint64_t> parse(std::string_view text, std::span<const Unit> units,
                                   std::uint64_t most) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{}) return std::nullopt;
  const std::string_view name(stop, static_cast<std::size_t>(end - stop));
  for (const auto& unit : units) {
    if (unit.name != name) continue;
    if (number > most / unit.worth) return std::nullopt;
    return number * unit.worth;
  }
  return std::nullopt;
}

std::string print(std::uint64_t worth, std::span<const Unit> units) {
  std::size_t largest = units.size() - 1;
  while (largest > 0 && worth % units[largest].worth != 0) --largest;
  return fmt::format("{}{}", worth / units[largest].worth, units[largest].name);
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  const auto parsed = parse(text, kDurations, std::numeric_limits<std::int64_t>::max());
  if (!parsed) return std::nullopt;
  return Duration(static_cast<Duration::rep>(*parsed));
}

std::optional<std::size_t> parse_size(std::string_view text) {
  return parse(text, kSizes, std::numeric_limits<std::size_t>::max());
}

std::string print_duration(Duration duration) {
  if (duration == Duration::zero()) return "0s";
  return print(static_cast<std::uint64_t>(duration.count()), kDurations);
}

std::string print_size(std::size_t octets) {
  if (octets == 0) return "0B";
  return print(octets, kSizes);
}

}  // namespace fullcone::config
