#include "wire/base64.hpp"

#include <cstdint>

namespace fullcone {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// Without the padding; nullopt when there is padding that does not fill the last group of four.
std::optional<std::string_view> strip_padding(std::string_view text) {
  const auto digits = text.substr(0, text.find('='));
  const auto padding = text.substr(digits.size());
  if (padding.empty()) return digits;
  const bool fills = text.size() % 4 == 0 && (padding == "=" || padding == "==");
  if (!fills) return std::nullopt;
  return digits;
}

}  // namespace

std::optional<std::string> decode_base64(std::string_view text) {
  const auto digits = strip_padding(text);
  if (!digits || digits->size() % 4 == 1) return std::nullopt;
  std::string decoded;
  std::uint32_t pending = 0;  // the low `bits` bits have not been written yet
  unsigned bits = 0;
  for (const char c : *digits) {
    const auto value = kAlphabet.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    pending = (pending << 6 | static_cast<std::uint32_t>(value)) & 0xfff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    decoded.push_back(static_cast<char>(pending >> bits & 0xff));
  }
  if ((pending & ((1u << bits) - 1)) != 0) return std::nullopt;
  return decoded;
}

}  // namespace fullcone
