#include "simulator/datagram_link.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace fullcone::sim {
namespace {

// Out-times of `count` datagrams sent one millisecond apart.
std::vector<TimePoint> send_many(const LinkSettings& settings, int count,
                                 std::size_t octets = 100) {
  DatagramLink link(Random(5));
  std::vector<TimePoint> out;
  for (int i = 0; i < count; ++i) {
    const Passage passage = link.carry(settings, TimePoint{i * 1ms}, octets);
    for (unsigned copy = 0; copy < passage.copies; ++copy) out.push_back(passage.out[copy]);
  }
  return out;
}

TEST(DatagramLink, DelaysAndLosesNothingByDefault) {
  const auto out = send_many({.delay = 7ms}, 100);
  ASSERT_EQ(out.size(), 100u);
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(out[static_cast<std::size_t>(i)], TimePoint{i * 1ms + 7ms});
}

TEST(DatagramLink, JitterAloneNeverReorders) {
  const auto out = send_many({.delay = 5ms, .jitter = 50ms}, 1000);
  ASSERT_EQ(out.size(), 1000u);
  EXPECT_TRUE(std::ranges::is_sorted(out));
  EXPECT_GT(out.front(), TimePoint{5ms});
}

TEST(DatagramLink, LosesDoublesAndReordersAboutAsOftenAsToldTo) {
  EXPECT_NEAR(static_cast<double>(send_many({.loss = 0.1}, 10'000).size()), 9000, 150);
  EXPECT_NEAR(static_cast<double>(send_many({.duplication = 0.1}, 10'000).size()), 11'000, 150);
  const auto out = send_many({.reordering = 0.1}, 10'000);
  int late = 0;
  for (std::size_t i = 1; i < out.size(); ++i) late += out[i] < out[i - 1] ? 1 : 0;
  EXPECT_NEAR(late, 950, 150);
}

TEST(DatagramLink, ALineOfLimitedSpeedQueuesAndThenLoses) {
  // 972 octets and 28 of headers: 10 ms on the line, one sent each millisecond.
  const LinkSettings slow{.delay = 1ms, .octets_per_second = 100'000, .queue_octets = 5000};
  const auto out = send_many(slow, 100, 972);
  EXPECT_EQ(out[0], TimePoint{11ms});
  EXPECT_EQ(out[1], TimePoint{21ms});
  EXPECT_EQ(out.size(), 15u);  // 100 ms of line and a queue of 50 ms
}

TEST(DatagramLink, LosesWhatIsLargerThanItsMtu) {
  EXPECT_EQ(send_many({.mtu = 1500}, 10, 1472).size(), 10u);
  EXPECT_EQ(send_many({.mtu = 1500}, 10, 1473).size(), 0u);
  EXPECT_EQ(send_many({}, 10, 65'507).size(), 10u);
}

}  // namespace
}  // namespace fullcone::sim
