#include "conformance/reports/hex_dump.hpp"

#include <cstdint>

namespace fullcone::conformance {
namespace {

constexpr std::size_t kPerLine = 16;

std::string hex_digits(std::size_t value, int count) {
  std::string digits;
  for (int shift = 4 * (count - 1); shift >= 0; shift -= 4) {
    digits += "0123456789abcdef"[value >> shift & 15];
  }
  return digits;
}

}  // namespace

std::string hex_dump(std::string_view octets) {
  std::string dump;
  for (std::size_t offset = 0; offset < octets.size(); offset += kPerLine) {
    std::string hex, text;
    for (const char c : octets.substr(offset, kPerLine)) {
      hex += hex_digits(static_cast<std::uint8_t>(c), 2) + ' ';
      text += c >= ' ' && c <= '~' ? c : '.';
    }
    hex.resize(3 * kPerLine, ' ');
    dump += hex_digits(offset, 4) + "  " + hex + " |" + text + "|\n";
  }
  return dump;
}

}  // namespace fullcone::conformance
