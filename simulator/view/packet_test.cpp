// Checksums by RFC 1071's rule: with itself in place, the sum of a header or segment is all ones.
#include "simulator/view/packet.hpp"

#include <gtest/gtest.h>

namespace fullcone::sim {
namespace {

std::uint64_t folded(ByteView octets, std::uint64_t start = 0) {
  std::uint64_t sum = start;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    sum += i % 2 == 0 ? static_cast<std::uint64_t>(octets[i]) << 8 : octets[i];
  }
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

const Endpoint kHere{IpAddress::v4(192, 0, 2, 1), 1000};
const Endpoint kThere{IpAddress::v4(198, 51, 100, 2), 53};
const Endpoint kHere6{*IpAddress::parse("2001:db8::1"), 1000};
const Endpoint kThere6{*IpAddress::parse("2001:db8::2"), 53};

TEST(Packet, UdpOverIpv4) {
  const Bytes packet = udp_packet(kHere, kThere, as_bytes("odd"));
  ASSERT_EQ(packet.size(), 20u + 8 + 3);
  EXPECT_EQ(folded(ByteView(packet).first(20)), 0xffffu);
  EXPECT_EQ(packet[3], 31);  // total length
  EXPECT_EQ(packet[9], 17);
  EXPECT_EQ(packet[25], 11);  // UDP length
  EXPECT_EQ(folded(ByteView(packet).subspan(20), folded(ByteView(packet).subspan(12, 8), 17 + 11)),
            0xffffu);
}

TEST(Packet, UdpOverIpv6) {
  const Bytes packet = udp_packet(kHere6, kThere6, Bytes(1400, 7));
  ASSERT_EQ(packet.size(), 40u + 8 + 1400);
  EXPECT_EQ(packet[0] >> 4, 6);
  EXPECT_EQ(packet[6], 17);
  EXPECT_EQ(
      folded(ByteView(packet).subspan(40), folded(ByteView(packet).subspan(8, 32), 17 + 1408)),
      0xffffu);
}

TEST(Packet, TheLargestPayloadsFit) {
  EXPECT_EQ(most_udp_payload(Family::ipv4), 65'507u);
  EXPECT_EQ(most_udp_payload(Family::ipv6), 65'527u);
  const Bytes packet = udp_packet(kHere, kThere, Bytes(65'507));
  EXPECT_EQ(packet.size(), 65'535u);
  EXPECT_EQ(packet[2], 0xff);
  EXPECT_EQ(packet[3], 0xff);
}

TEST(Packet, TcpCarriesItsNumbers) {
  const Bytes packet = tcp_packet(kHere, kThere, {0x01020304, 0x05060708, kSyn | kAck});
  ASSERT_EQ(packet.size(), 40u);
  EXPECT_EQ(to_bytes(ByteView(packet).subspan(24, 10)),
            (Bytes{1, 2, 3, 4, 5, 6, 7, 8, 0x50, kSyn | kAck}));
  EXPECT_EQ(folded(ByteView(packet).subspan(20), folded(ByteView(packet).subspan(12, 8), 6 + 20)),
            0xffffu);
}

}  // namespace
}  // namespace fullcone::sim
