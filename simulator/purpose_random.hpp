// One seed, many independent streams of chance: each purpose (a link, a node, a life) draws
// from a generator of its own, so that a draw more in one place changes nothing in another.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/hash.hpp"
#include "base/random.hpp"

namespace fullcone::sim {

inline std::uint64_t seed_for(std::uint64_t seed, std::string_view purpose,
                              std::uint64_t index = 0) {
  std::uint64_t name = 0xcbf29ce484222325u;
  for (const char c : purpose) name = (name ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  return seeded_hash(seed, name, index, 0);
}

inline Random random_for(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0) {
  return Random(seed_for(seed, purpose, index));
}

}  // namespace fullcone::sim
