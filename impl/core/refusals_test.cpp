#include "core/refusals.hpp"

#include <gtest/gtest.h>

#include "core/testing/requests.hpp"

namespace fullcone {
namespace {

using namespace std::chrono_literals;

TEST(Refusals, HoldsADestinationForAWhile) {
  Refusals refusals(1s, 5);
  const TimePoint now{100s};
  EXPECT_FALSE(refusals.holds(kA, now));
  EXPECT_EQ(refusals.next_release(), std::nullopt);
  refusals.add(kA, now);
  EXPECT_TRUE(refusals.holds(kA, now + 1s - 1ns));
  EXPECT_FALSE(refusals.holds(kB, now));
  EXPECT_EQ(refusals.next_release(), now + 1s);
  EXPECT_FALSE(refusals.holds(kA, now + 1s));
  EXPECT_EQ(refusals.next_release(), std::nullopt);
}

TEST(Refusals, AnotherRefusalMeanwhileDoesNotProlongTheHold) {
  Refusals refusals(1s, 5);
  const TimePoint now{100s};
  refusals.add(kA, now);
  refusals.add(kA, now + 900ms);
  EXPECT_FALSE(refusals.holds(kA, now + 1s));
  refusals.add(kA, now + 1s);
  EXPECT_TRUE(refusals.holds(kA, now + 1900ms));
}

TEST(Refusals, ReleasesInOrder) {
  Refusals refusals(1s, 5);
  const TimePoint now{100s};
  refusals.add(kA, now);
  refusals.add(NamedEndpoint{"a.example", 9}, now + 500ms);
  refusals.release(now + 1s);
  EXPECT_EQ(refusals.next_release(), now + 1500ms);
  EXPECT_FALSE(refusals.holds(kA, now + 1s));
  EXPECT_TRUE(refusals.holds(NamedEndpoint{"a.example", 9}, now + 1s));
  EXPECT_FALSE(refusals.holds(NamedEndpoint{"A.example", 9}, now + 1s));
}

}  // namespace
}  // namespace fullcone
