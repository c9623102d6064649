// Orders in words, so that a test names those it expects and a failure shows what came instead.
#pragma once

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <sstream>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "core/action_list.hpp"

namespace fullcone {

// What a test writes as octets: text, a string of bytes, or a view.
struct Octets {
  Octets(const char* text) : bytes(to_bytes(std::string_view(text))) {}
  Octets(std::string_view text) : bytes(to_bytes(text)) {}
  Octets(const std::string& text) : bytes(to_bytes(std::string_view(text))) {}
  Octets(ByteView view) : bytes(to_bytes(view)) {}
  Octets(Bytes octets) : bytes(std::move(octets)) {}
  Bytes bytes;
};

// The same, one after another.
inline Bytes operator+(Bytes front, const Octets& back) {
  append(front, back.bytes);
  return front;
}

struct Order {
  std::string words;
  bool operator==(const Order&) const = default;
  friend void PrintTo(const Order& order, std::ostream* out) { *out << order.words; }
};
using Orders = std::vector<Order>;

// Text as it is, anything else as hex; long ones by their size and ends.
inline std::string in_words(const Octets& octets) {
  constexpr std::size_t kWhole = 200;
  const Bytes& bytes = octets.bytes;
  const auto printable = [](std::uint8_t octet) { return octet >= 0x20 && octet < 0x7f; };
  if (!bytes.empty() && bytes.size() <= kWhole && std::ranges::all_of(bytes, printable)) {
    return "'" + std::string(as_text(bytes)) + "'";
  }
  std::ostringstream out;
  out << std::hex;
  for (std::size_t i = 0; i < std::min(bytes.size(), kWhole); ++i) {
    out << (bytes[i] < 16 ? "0" : "") << static_cast<int>(bytes[i]);
  }
  if (bytes.size() > kWhole)
    out << "…" << std::dec << bytes.size() << "/" << std::hash<std::string_view>{}(as_text(bytes));
  return "[" + out.str() + "]";
}
inline std::string in_words(std::string_view text) { return std::string(text); }
inline std::string in_words(const char* text) { return text; }
inline std::string in_words(const std::string& text) { return text; }
inline std::string in_words(const Endpoint& endpoint) { return endpoint.to_string(); }
inline std::string in_words(const IpAddress& address) { return address.to_string(); }
inline std::string in_words(Family family) { return family == Family::ipv4 ? "ipv4" : "ipv6"; }
inline std::string in_words(CloseKind kind) { return kind == CloseKind::clean ? "clean" : "abort"; }
template <class Id>
  requires std::is_enum_v<Id>
std::string in_words(Id id) {
  return std::to_string(static_cast<std::uint64_t>(id));
}

template <class... Parts>
Order order(std::string_view verb, const Parts&... parts) {
  std::string words(verb);
  ((words += " " + in_words(parts)), ...);
  return {std::move(words)};
}

}  // namespace fullcone
