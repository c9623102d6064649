// A 64-bit hash of octets that is the same on every machine: for traces and for telling payloads
// apart. 16 octets per step.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "base/bytes.hpp"
#include "base/hash.hpp"

namespace fullcone::sim {

inline std::uint64_t load_word(const std::uint8_t* octets) {
  std::uint64_t word = 0;
  std::memcpy(&word, octets, 8);
  return std::endian::native == std::endian::little ? __builtin_bswap64(word) : word;
}

inline std::uint64_t content_hash(std::uint64_t seed, ByteView octets) {
  std::uint64_t hash = seeded_hash(seed, octets.size(), 0, 0);
  for (; octets.size() >= 16; octets = octets.subspan(16)) {
    hash = seeded_hash(hash, load_word(octets.data()), load_word(octets.data() + 8), 0);
  }
  std::uint64_t words[2] = {};
  for (std::size_t i = 0; i < octets.size(); ++i) words[i / 8] = words[i / 8] << 8 | octets[i];
  return octets.empty() ? hash : seeded_hash(hash, words[0], words[1], 1);
}

}  // namespace fullcone::sim
