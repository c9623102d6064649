// A seeded 64-bit mix for hash tables whose keys a peer can choose: without the seed nobody can
// aim two keys at one bucket on purpose. Two multiplications per 16 octets.
#pragma once

#include <cstdint>

namespace fullcone {

// Multiplies to 128 bits and folds the halves.
inline std::uint64_t fold_multiply(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t seeded_hash(std::uint64_t seed, std::uint64_t a, std::uint64_t b,
                                 std::uint64_t c) {
  const std::uint64_t first =
      fold_multiply(a ^ seed ^ 0xa0761d6478bd642fu, b ^ 0xe7037ed1a0b428dbu);
  return fold_multiply(first ^ c, seed ^ 0x8ebc6af09c88c6e3u);
}

}  // namespace fullcone
