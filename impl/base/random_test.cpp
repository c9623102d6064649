// The generator's published numbers, and the ranges it promises.
#include "base/random.hpp"

#include <gtest/gtest.h>

namespace fullcone {
namespace {

// xoshiro256** with its state filled by splitmix64.
TEST(Random, GivesTheSameNumbersEverywhere) {
  Random zero(0);
  EXPECT_EQ(zero.next(), 0x99ec5f36cb75f2b4u);
  EXPECT_EQ(zero.next(), 0xbf6e1f784956452au);
  EXPECT_EQ(zero.next(), 0x1a5f849d4933e6e0u);
  Random other(42);
  EXPECT_EQ(other.next(), 0x15780b2e0c2ec716u);
  EXPECT_EQ(other.next(), 0x6104d9866d113a7eu);
}

TEST(Random, StaysBelowItsBound) {
  Random random(1);
  std::array<int, 6> seen{};
  for (int i = 0; i < 6000; ++i) ++seen.at(random.below(6));
  for (const int count : seen) EXPECT_NEAR(count, 1000, 150);
  EXPECT_EQ(random.below(1), 0u);
  EXPECT_LT(random.below(UINT64_MAX), UINT64_MAX);
}

TEST(Random, ReachesBothEndsOfARange) {
  Random random(2);
  bool low = false;
  bool high = false;
  for (int i = 0; i < 100; ++i) {
    const auto drawn = random.between(10, 12);
    ASSERT_TRUE(drawn >= 10 && drawn <= 12);
    low = low || drawn == 10;
    high = high || drawn == 12;
  }
  EXPECT_TRUE(low && high);
  EXPECT_EQ(random.between(7, 7), 7u);
}

TEST(Random, ChanceKeepsItsOdds) {
  Random random(3);
  int quarter = 0;
  for (int i = 0; i < 4000; ++i) {
    EXPECT_FALSE(random.chance(0));
    EXPECT_TRUE(random.chance(1));
    quarter += random.chance(0.25) ? 1 : 0;
  }
  EXPECT_NEAR(quarter, 1000, 120);
}

}  // namespace
}  // namespace fullcone
