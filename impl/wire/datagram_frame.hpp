// A datagram on an isolated channel, in both directions.
//
//   length 2 | payload          length 0 is an empty datagram
//
// Rules: UDP-1, UDP-5, UDP-8.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"

namespace fullcone {

inline constexpr std::size_t kMaxFramePayload = 65535;

// The largest payload one UDP datagram can carry (RFC 768 length field less the headers).
inline constexpr std::size_t max_udp_payload(Family family) {
  return family == Family::ipv4 ? 65507 : 65527;
}

// Room for the longest of them, the head of a mux DATAGRAM from an IPv6 peer.
using FrameHead = ShortBytes<26>;

// What goes before a payload of `payload_size` <= kMaxFramePayload octets.
inline FrameHead datagram_frame_head(std::size_t payload_size) {
  FrameHead head;
  head.u16(static_cast<std::uint16_t>(payload_size));
  return head;
}

}  // namespace fullcone
