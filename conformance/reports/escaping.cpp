#include "conformance/reports/escaping.hpp"

#include <array>
#include <cctype>
#include <cstdint>

namespace fullcone::conformance {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

struct Character {
  char32_t code = 0xfffd;
  std::size_t length = 1;  // octets; of what is no UTF-8: one
};

// The character that `text` begins with. Source: RFC 3629, section 4.
Character first_character(std::string_view text) {
  const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = octet(0);
  if (first < 0x80) return {first, 1};
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return {};
  char32_t code = first & (0x7fu >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((octet(i) & 0xc0) != 0x80) return {};
    code = code << 6 | (octet(i) & 0x3fu);
  }
  constexpr std::array<char32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  if (code < kLeast[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return {};
  return {code, length};
}

bool can_be_seen(char32_t code) {
  if (code == '\n' || code == '\t') return true;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return false;
  const bool turns_direction = code == 0x200e || code == 0x200f || code == 0x061c ||
                               (code >= 0x202a && code <= 0x202e) ||
                               (code >= 0x2066 && code <= 0x2069);
  return !turns_direction && code != 0x2028 && code != 0x2029 && code != 0xfffe && code != 0xffff;
}

std::string numeric_entity(char c) {
  return "&#" + std::to_string(static_cast<unsigned char>(c)) + ';';
}

// `replace` says what an ASCII character becomes; empty: it stays.
template <class Replace>
std::string replaced(std::string_view text, Replace&& replace) {
  std::string result;
  for (const char c : visible(text)) {
    const std::string instead = static_cast<unsigned char>(c) < 0x80 ? replace(c) : std::string();
    if (instead.empty()) {
      result += c;
    } else {
      result += instead;
    }
  }
  return result;
}

}  // namespace

std::string visible(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const Character first = first_character(text);
    const bool shown = first.code != 0xfffd && can_be_seen(first.code);
    result += shown ? text.substr(0, first.length) : kReplacement;
    text.remove_prefix(first.length);
  }
  return result;
}

std::string xml_escaped(std::string_view text) {
  return replaced(text, [](char c) -> std::string {
    switch (c) {
      case '&':
        return "&amp;";
      case '<':
        return "&lt;";
      case '>':
        return "&gt;";
      case '"':
        return "&quot;";
      case '\'':
        return "&apos;";
      case '\n':
        return "&#10;";
      default:
        return {};
    }
  });
}

std::string json_quoted(std::string_view text) {
  return '"' +
         replaced(text,
                  [](char c) -> std::string {
                    switch (c) {
                      case '"':
                        return "\\\"";
                      case '\\':
                        return "\\\\";
                      case '\n':
                        return "\\n";
                      case '\t':
                        return "\\t";
                      default:
                        return {};
                    }
                  }) +
         '"';
}

std::string markdown_escaped(std::string_view text) {
  return replaced(text, [](char c) -> std::string {
    if (c == '\n' || c == '\t') return " ";
    return std::ispunct(static_cast<unsigned char>(c)) != 0 ? numeric_entity(c) : std::string();
  });
}

std::string tap_escaped(std::string_view text) {
  return replaced(text, [](char c) -> std::string {
    if (c == '\n' || c == '\t') return " ";
    return c == '#' || c == '\\' ? std::string("\\") + c : std::string();
  });
}

}  // namespace fullcone::conformance
