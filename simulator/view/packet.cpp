#include "simulator/view/packet.hpp"

namespace fullcone::sim {
namespace {

constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;
constexpr std::size_t kUdpHeader = 8;
constexpr std::size_t kTcpHeader = 20;

void put16(Bytes& out, std::size_t value) {
  out.push_back(static_cast<std::uint8_t>(value >> 8 & 0xff));
  out.push_back(static_cast<std::uint8_t>(value & 0xff));
}

void put32(Bytes& out, std::uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xffff);
}

// The sum of 16-bit words that an Internet checksum (RFC 1071) is the complement of.
std::uint64_t sum(ByteView octets) {
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    total += i % 2 == 0 ? static_cast<std::uint64_t>(octets[i]) << 8 : octets[i];
  }
  return total;
}

std::uint16_t checksum(std::uint64_t total) {
  while (total >> 16 != 0) total = (total & 0xffff) + (total >> 16);
  return static_cast<std::uint16_t>(~total & 0xffff);
}

void set16(Bytes& octets, std::size_t place, std::uint16_t value) {
  octets[place] = static_cast<std::uint8_t>(value >> 8);
  octets[place + 1] = static_cast<std::uint8_t>(value & 0xff);
}

// Of a segment or datagram with its checksum still zero, and of its pseudo-header.
std::uint16_t transport_checksum(const Endpoint& from, const Endpoint& to, std::uint8_t protocol,
                                 ByteView segment) {
  return checksum(sum(from.ip.octets()) + sum(to.ip.octets()) + protocol + segment.size() +
                  sum(segment));
}

Bytes in_ip(const Endpoint& from, const Endpoint& to, std::uint8_t protocol, ByteView segment) {
  constexpr std::uint8_t kHops = 64;
  Bytes packet;
  packet.reserve(40 + segment.size());
  if (from.family() == Family::ipv4) {
    append(packet, Bytes{0x45, 0});
    put16(packet, 20 + segment.size());
    append(packet, Bytes{0, 0, 0x40, 0, kHops, protocol, 0, 0});  // not to be fragmented
    append(packet, from.ip.octets());
    append(packet, to.ip.octets());
    set16(packet, 10, checksum(sum(packet)));
  } else {
    append(packet, Bytes{0x60, 0, 0, 0});
    put16(packet, segment.size());
    append(packet, Bytes{protocol, kHops});
    append(packet, from.ip.octets());
    append(packet, to.ip.octets());
  }
  append(packet, segment);
  return packet;
}

}  // namespace

Bytes udp_packet(const Endpoint& from, const Endpoint& to, ByteView payload) {
  Bytes segment;
  segment.reserve(kUdpHeader + payload.size());
  put16(segment, from.port);
  put16(segment, to.port);
  put16(segment, kUdpHeader + payload.size());
  put16(segment, 0);
  append(segment, payload);
  const std::uint16_t sum = transport_checksum(from, to, kUdp, segment);
  set16(segment, 6, sum == 0 ? 0xffff : sum);  // zero would say that there is none
  return in_ip(from, to, kUdp, segment);
}

Bytes tcp_packet(const Endpoint& from, const Endpoint& to, const TcpFields& fields,
                 ByteView payload) {
  constexpr std::uint16_t kWindow = 0xffff;
  Bytes segment;
  segment.reserve(kTcpHeader + payload.size());
  put16(segment, from.port);
  put16(segment, to.port);
  put32(segment, fields.sequence);
  put32(segment, fields.acknowledgment);
  append(segment, Bytes{kTcpHeader / 4 << 4, fields.flags});
  put16(segment, kWindow);
  put32(segment, 0);  // checksum, urgent pointer
  append(segment, payload);
  set16(segment, 16, transport_checksum(from, to, kTcp, segment));
  return in_ip(from, to, kTcp, segment);
}

std::size_t most_udp_payload(Family family) {
  return 0xffff - kUdpHeader - (family == Family::ipv4 ? 20u : 0u);
}

}  // namespace fullcone::sim
