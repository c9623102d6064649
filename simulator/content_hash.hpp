// A 64-bit hash of octets that is the same on every machine: for traces and for telling payloads
// apart. 64 octets per step, in four lanes that do not wait for each other.
#pragma once

#include <cstdint>
#include <cstring>

#include "base/bytes.hpp"
#include "base/hash.hpp"

namespace fullcone::sim {

// Little-endian, as the machines are that it has to be fast on.
inline std::uint64_t hashed_word(const std::uint8_t* octets) {
  return __builtin_bswap64(load_u64(octets));
}

inline std::uint64_t mix_16(std::uint64_t hash, const std::uint8_t* octets) {
  return fold_multiply(hashed_word(octets) ^ 0xa0761d6478bd642fu, hashed_word(octets + 8) ^ hash);
}

inline std::uint64_t content_hash(std::uint64_t seed, ByteView octets) {
  std::uint64_t hash = seeded_hash(seed, octets.size(), 0, 0);
  if (octets.size() >= 64) {
    std::uint64_t lanes[] = {hash, hash + 1, hash + 2, hash + 3};
    for (; octets.size() >= 64; octets = octets.subspan(64)) {
      for (std::size_t i = 0; i < 4; ++i) lanes[i] = mix_16(lanes[i], octets.data() + 16 * i);
    }
    hash = seeded_hash(lanes[0], lanes[1], lanes[2], lanes[3]);
  }
  for (; octets.size() >= 16; octets = octets.subspan(16)) hash = mix_16(hash, octets.data());
  std::uint8_t tail[16] = {};
  if (!octets.empty()) std::memcpy(tail, octets.data(), octets.size());
  return mix_16(hash, tail);
}

// A view of octets with their hash, for whoever tells contents apart; hashed once, however many
// look.
struct Content {
  Content() : Content(ByteView{}) {}
  Content(ByteView viewed) : Content(viewed, content_hash(0, viewed)) {}  // implicit, as of a view
  Content(const Bytes& bytes) : Content(ByteView(bytes)) {}
  Content(ByteView viewed, std::uint64_t known_hash) : octets(viewed), hash(known_hash) {}

  ByteView octets;
  std::uint64_t hash;
};

}  // namespace fullcone::sim
