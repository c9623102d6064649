// SOCKS5 read and written once more, for who judges the client's local side: what an app has asked
// for, and the header of a datagram. Of impl/wire only types of data. Rules: SOCKS-2..5.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "base/bytes.hpp"
#include "wire/address.hpp"
#include "wire/socks5.hpp"

namespace fullcone::sim {

// A whole handshake of an app.
struct AskedOfSocks {
  std::uint8_t command = 0;  // 1 CONNECT, 3 UDP ASSOCIATE
  std::optional<Destination> destination;
  bool has_credentials = false;  // one of the pairs that are known
  std::size_t octets = 0;        // its length
};
// What an app has sent so far, where `known` says whom the client serves; nullopt: it is not whole,
// not well-formed or not SOCKS5.
std::optional<AskedOfSocks> read_handshake(ByteView octets,
                                           std::span<const socks5::Credentials> known);

struct SocksDatagram {
  std::uint8_t fragment = 0;
  Destination destination;
  ByteView payload;  // a view into what was read
};
std::optional<SocksDatagram> read_socks_datagram(ByteView datagram);
Bytes socks_datagram_of(const Destination& source, ByteView payload);

}  // namespace fullcone::sim
