// UMFURS: a UDP message from an unknown remote source, on a CRUMFURS channel, server to client.
//
//   length 2 | atyp 1 | ip 4 or 16 | port 2 | payload        atyp 1 IPv4, 3 IPv6, never a domain
//
// The payload has at least one octet, so `length` is >= 8 for IPv4 and >= 20 for IPv6.
// Rules: CRUM-2, CRUM-3, CRUM-9.
#pragma once

#include <cstdint>
#include <variant>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/parse.hpp"
#include "wire/datagram_frame.hpp"

namespace fullcone {

// The one octet that answers a CRUMFURS request.
inline constexpr std::uint8_t kCrumfursEstablished = 0x14;

struct Umfurs {
  Endpoint source;
  ByteView payload;  // a view into the parsed input
};

// The largest payload that the 16-bit length leaves room for; a longer datagram cannot be sent.
inline constexpr std::size_t max_umfurs_payload(Family family) {
  return family == Family::ipv4 ? 65535 - 7 : 65535 - 19;
}

// What goes before the payload, length prefix included.
// Precondition: 1 <= payload_size <= max_umfurs_payload(source.family()).
FrameHead umfurs_head(const Endpoint& source, std::size_t payload_size);

// Parses what follows the length prefix, all of it.
std::variant<Umfurs, Malformed> parse_umfurs_body(ByteView body);

}  // namespace fullcone
