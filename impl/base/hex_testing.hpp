// Octets written in hex, for tests and fuzzers: `hex("01 00ff")`. Never for input from outside.
#pragma once

#include <stdexcept>
#include <string_view>

#include "base/bytes.hpp"

namespace fullcone {

// Pairs of digits, blanks anywhere between pairs. Throws std::invalid_argument on anything else.
inline Bytes hex(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  Bytes octets;
  int high = -1;
  for (const char c : text) {
    if (high < 0 && (c == ' ' || c == '\n')) continue;
    const auto digit = kDigits.find(c);
    if (digit == std::string_view::npos) throw std::invalid_argument("not hex");
    if (high < 0) {
      high = static_cast<int>(digit);
    } else {
      octets.push_back(static_cast<std::uint8_t>(high << 4 | static_cast<int>(digit)));
      high = -1;
    }
  }
  if (high >= 0) throw std::invalid_argument("half an octet");
  return octets;
}

}  // namespace fullcone
