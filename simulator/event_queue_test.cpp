#include "simulator/event_queue.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>

namespace fullcone::sim {
namespace {

using namespace std::chrono_literals;

const TimePoint kEnd{1h};

std::string run_letters(EventQueue& events, const std::string& letters, bool one_lane) {
  std::string happened;
  const Lane shared = events.new_lane();
  for (const char letter : letters) {
    events.at(TimePoint{1s}, one_lane ? shared : events.new_lane(),
              [&happened, letter] { happened += letter; });
  }
  while (events.step(kEnd)) {
  }
  return happened;
}

TEST(EventQueue, TakesTheEarliestAndAmongEqualsTheOldest) {
  EventQueue events;
  std::string happened;
  const Lane lane = events.new_lane();
  events.after(3s, lane, [&] { happened += 'd'; });
  events.after(1s, lane, [&] { happened += 'a'; });
  events.after(2s, lane, [&] { happened += 'b'; });
  events.after(2s, lane, [&] { happened += 'c'; });
  while (events.step(kEnd)) {
  }
  EXPECT_EQ(happened, "abcd");
  EXPECT_EQ(events.now(), TimePoint{3s});
  EXPECT_EQ(events.happened(), 4u);
}

TEST(EventQueue, StopsAtTheLimitAndRests) {
  EventQueue events;
  bool happened = false;
  events.after(2s, events.new_lane(), [&] { happened = true; });
  EXPECT_FALSE(events.step(TimePoint{2s - 1ns}));
  events.rest_until(TimePoint{2s - 1ns});
  EXPECT_EQ(events.now(), TimePoint{2s - 1ns});
  EXPECT_TRUE(events.step(TimePoint{2s}));
  EXPECT_TRUE(happened);
}

TEST(EventQueue, AnEventPlansAnotherInTheSameInstant) {
  EventQueue events;
  int depth = 0;
  std::function<void()> again = [&] {
    if (++depth < 5) events.after(0s, Lane{1}, again);
  };
  events.after(1s, Lane{1}, again);
  while (events.step(TimePoint{1s})) {
  }
  EXPECT_EQ(depth, 5);
}

TEST(EventQueue, AShuffleChangesTheOrderOfAnInstantButNotWithinALane) {
  std::set<std::string> orders;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    EventQueue apart(seed), again(seed), together(seed);
    const std::string order = run_letters(apart, "abcdefgh", false);
    EXPECT_EQ(order, run_letters(again, "abcdefgh", false));
    EXPECT_EQ(run_letters(together, "abcdefgh", true), "abcdefgh");
    orders.insert(order);
  }
  EXPECT_GT(orders.size(), 15u);
}

}  // namespace
}  // namespace fullcone::sim
