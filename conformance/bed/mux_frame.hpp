// The frames of a mux connection with every octet in the case's hand, malformed ones included. On
// purpose not wire's encoder: the suite shares no faults with what it judges.
//
//   type 1 | stream 4 | length 2 | body
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "wire/address.hpp"

namespace fullcone::conformance {

enum class FrameType : std::uint8_t {
  padding = 0,
  open = 1,
  data = 2,
  datagram = 3,
  window = 4,
  fin = 5,
  reset = 6,
  ping = 7,
  pong = 8,
};

struct MuxFrame {
  FrameType type{};
  std::uint32_t stream = 0;
  Bytes body = {};

  Bytes encode() const;
};
std::string describe(const MuxFrame& frame);

inline constexpr std::size_t kMuxHead = 7;           // octets before a body
inline constexpr std::size_t kFirstCredit = 262144;  // of each direction of a TCP stream
inline constexpr std::size_t kFairData = 16384;      // of one DATA frame, at most

// RESET's reasons.
inline constexpr std::uint8_t kTargetFailed = 1;
inline constexpr std::uint8_t kNotAllowed = 2;
inline constexpr std::uint8_t kNoSuchStream = 3;
inline constexpr std::uint8_t kBrokeRules = 4;

// `address`: port, atyp and address, as in a request.
MuxFrame open_tcp_frame(std::uint32_t stream, const Bytes& address);
MuxFrame open_udp_frame(std::uint32_t stream);
MuxFrame data_frame(std::uint32_t stream, std::string_view octets);
MuxFrame datagram_frame(std::uint32_t stream, const Destination& peer, std::string_view payload);
MuxFrame window_frame(std::uint32_t stream, std::uint32_t credit);
MuxFrame fin_frame(std::uint32_t stream);
MuxFrame reset_frame(std::uint32_t stream, std::uint8_t reason = 0);
MuxFrame ping_frame(std::string_view opaque);  // eight octets

// atyp 1 | address | port 2
Bytes peer_address(const Destination& peer);

}  // namespace fullcone::conformance
