#include "core/deadlines.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fullcone {
namespace {

using namespace std::chrono_literals;

class DeadlinesTest : public testing::Test {
 protected:
  using Alarm = Deadlines<std::string>::Alarm;
  Deadlines<std::string> deadlines;
  Alarm a, b;
  const TimePoint now{100s};
};

TEST_F(DeadlinesTest, NothingIsDueAtFirst) {
  EXPECT_EQ(deadlines.next(), std::nullopt);
  EXPECT_EQ(deadlines.due(now), std::nullopt);
  deadlines.disarm(a);
  EXPECT_EQ(deadlines.size(), 0u);
}

TEST_F(DeadlinesTest, TheEarliestComesFirst) {
  deadlines.arm(a, now + 2s, "a");
  deadlines.arm(b, now + 1s, "b");
  EXPECT_EQ(deadlines.next(), now + 1s);
  EXPECT_EQ(deadlines.due(now + 1s - 1ns), std::nullopt);
  EXPECT_EQ(deadlines.due(now + 1s), "b");
  EXPECT_EQ(deadlines.due(now + 2s), "b");  // until its owner has dealt with it
  deadlines.disarm(b);
  EXPECT_EQ(deadlines.due(now + 2s), "a");
}

TEST_F(DeadlinesTest, TiesComeInTheOrderTheyWereArmed) {
  deadlines.arm(b, now, "b");
  deadlines.arm(a, now, "a");
  EXPECT_EQ(deadlines.due(now), "b");
  deadlines.arm(b, now, "b");  // the same again keeps its place
  EXPECT_EQ(deadlines.due(now), "b");
  deadlines.arm(b, now + 1s, "b");
  deadlines.arm(b, now, "b");
  EXPECT_EQ(deadlines.due(now), "a");
}

TEST_F(DeadlinesTest, RearmingMovesAndLeavesNothingBehind) {
  deadlines.arm(a, now, "a");
  deadlines.arm(a, now + 5s, "a");
  EXPECT_EQ(deadlines.size(), 1u);
  EXPECT_EQ(deadlines.due(now), std::nullopt);
  EXPECT_TRUE(a.armed());
  EXPECT_EQ(a.due(), now + 5s);
  deadlines.disarm(a);
  deadlines.disarm(a);
  EXPECT_FALSE(a.armed());
  EXPECT_EQ(deadlines.size(), 0u);
}

TEST_F(DeadlinesTest, ArmByOnlyBringsForward) {
  deadlines.arm_by(a, now + 5s, "a");
  deadlines.arm_by(a, now + 9s, "a");
  EXPECT_EQ(deadlines.next(), now + 5s);
  deadlines.arm_by(a, now + 1s, "a");
  EXPECT_EQ(deadlines.next(), now + 1s);
  EXPECT_EQ(deadlines.size(), 1u);
}

}  // namespace
}  // namespace fullcone
