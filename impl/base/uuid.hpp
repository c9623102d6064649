// A 16-octet identifier: a user's UUID (RFC 9562) or a session id.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "base/hash.hpp"

namespace fullcone {

struct Uuid {
  std::array<std::uint8_t, 16> octets{};

  // "8-4-4-4-12" lower-case hex.
  std::string to_string() const;
  // The hyphenated form or 32 hex digits, any case; nullopt for anything else.
  static std::optional<Uuid> parse(std::string_view text);

  // Looks at every octet whatever they hold: the time does not tell how much of a guess was right.
  friend bool operator==(const Uuid& a, const Uuid& b) {
    unsigned difference = 0;
    for (std::size_t i = 0; i < a.octets.size(); ++i) {
      difference |= static_cast<unsigned>(a.octets[i] ^ b.octets[i]);
    }
    return difference == 0;
  }
};

struct UuidHash {
  using is_avalanching = void;
  std::uint64_t seed = 0;

  std::size_t operator()(const Uuid& uuid) const {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    std::memcpy(&high, uuid.octets.data(), 8);
    std::memcpy(&low, uuid.octets.data() + 8, 8);
    return static_cast<std::size_t>(seeded_hash(seed, high, low, 0));
  }
};

}  // namespace fullcone
