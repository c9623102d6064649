// IP packets made up around what passed in a run, as they would have been on a wire: IPv4 (RFC 791)
// or IPv6 (RFC 8200), then UDP (RFC 768) or TCP (RFC 9293), with their checksums.
#pragma once

#include <cstdint>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"

namespace fullcone::sim {

// TCP's flags.
inline constexpr std::uint8_t kFin = 0x01;
inline constexpr std::uint8_t kSyn = 0x02;
inline constexpr std::uint8_t kRst = 0x04;
inline constexpr std::uint8_t kPsh = 0x08;
inline constexpr std::uint8_t kAck = 0x10;

struct TcpFields {
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;
  std::uint8_t flags = 0;
};

// Precondition of both: one family; the payload fits a packet.
Bytes udp_packet(const Endpoint& from, const Endpoint& to, ByteView payload);
Bytes tcp_packet(const Endpoint& from, const Endpoint& to, const TcpFields& fields,
                 ByteView payload = {});

// The octets of UDP payload that one packet of `family` carries at most.
std::size_t most_udp_payload(Family family);

}  // namespace fullcone::sim
