#include "conformance/live/tcp_timers.hpp"

#include <gtest/gtest.h>

namespace fullcone::conformance {
namespace {

TEST(TcpTimers, ReadsALineOfTheIpv4Table) {
  const auto line = parse_tcp_table_line(
      "   3: 0100007F:1F90 0200007F:C0A2 01 00000000:00000000 02:00000B3F 00000000     0        0");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->local.to_string(), "127.0.0.1:8080");
  EXPECT_EQ(line->remote.to_string(), "127.0.0.2:49314");
  EXPECT_EQ(line->timer, 2);
  EXPECT_EQ(line->due_in, std::chrono::milliseconds(28790));
}

TEST(TcpTimers, FoldsTheMappedAddressesOfADualStackSocket) {
  const auto line = parse_tcp_table_line(
      " 12: 0000000000000000FFFF00000100007F:01BB 0000000000000000FFFF00000100007F:D431 01 "
      "00000000:00000000 00:00000000 00000000 0 0 1");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->local.to_string(), "127.0.0.1:443");
  EXPECT_EQ(line->timer, 0);
}

TEST(TcpTimers, ReadsIpv6) {
  const auto line = parse_tcp_table_line(
      "  0: 00000000000000000000000001000000:01BB B80D0120000000000000000007000000:0050 01 0:0 "
      "01:00000014 0");
  ASSERT_TRUE(line);
  EXPECT_EQ(line->local.to_string(), "[::1]:443");
  EXPECT_EQ(line->remote.to_string(), "[2001:db8::7]:80");
}

TEST(TcpTimers, PassesOverWhatIsNoConnection) {
  EXPECT_FALSE(parse_tcp_table_line("  sl  local_address rem_address   st tx_queue rx_queue tr"));
  EXPECT_FALSE(parse_tcp_table_line(""));
  EXPECT_FALSE(parse_tcp_table_line("0: 0100007F:1F90"));
}

}  // namespace
}  // namespace fullcone::conformance
