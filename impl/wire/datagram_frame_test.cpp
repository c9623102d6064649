// The two octets before a datagram on an isolated channel (rules UDP-1, UDP-5).
#include "wire/datagram_frame.hpp"

#include <gtest/gtest.h>

#include "base/hex_testing.hpp"

namespace fullcone {
namespace {

TEST(DatagramFrame, ItsHeadIsTheBigEndianLength) {
  EXPECT_EQ(to_bytes(datagram_frame_head(0).view()), hex("0000"));
  EXPECT_EQ(to_bytes(datagram_frame_head(1).view()), hex("0001"));
  EXPECT_EQ(to_bytes(datagram_frame_head(1200).view()), hex("04b0"));
  EXPECT_EQ(to_bytes(datagram_frame_head(kMaxFramePayload).view()), hex("ffff"));
}

TEST(DatagramFrame, UdpCarriesLessThanAFrame) {
  EXPECT_EQ(max_udp_payload(Family::ipv4), 65535u - 20 - 8);
  EXPECT_EQ(max_udp_payload(Family::ipv6), 65535u - 8);
}

}  // namespace
}  // namespace fullcone
