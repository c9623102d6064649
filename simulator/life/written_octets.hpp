// Octets as a life writes them: pieces joined by dots, each of hexadecimal digits or a word for
// what depends on who is there:
//
//   01.user1.00.02.vless-peer3.0258.fill600
//
//   user2          the UUID of the server's second user
//   vless-peer3    the endpoint of peer 3, as a VLESS header has it; vless-target1
//   socks-peer3    the same as SOCKS5 has it; socks-target1
//   fill600        so many octets, which no other has from 8 on
//
// "user1:5" are a word's first five octets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace fullcone::sim {

enum class Piece : std::uint8_t {
  octets,
  user,
  vless_peer,
  vless_target,
  socks_peer,
  socks_target,
  fill,
};

struct WrittenPiece {
  Piece kind{};
  std::uint32_t number = 0;     // of whom, or of octets to fill
  std::size_t most = SIZE_MAX;  // octets of it
  Bytes octets{};               // of Piece::octets

  bool operator==(const WrittenPiece&) const = default;
};
using WrittenOctets = std::vector<WrittenPiece>;

inline constexpr std::uint32_t kMostFill = 65'535;

std::string print_octets_written(const WrittenOctets& written);
std::optional<WrittenOctets> parse_octets_written(std::string_view text);

}  // namespace fullcone::sim
