// A failure's file is small, plays again and breaks the same rule with the same trace.
#include "simulator/sweep/failure_file.hpp"

#include <gtest/gtest.h>

#include "simulator/life/draw.hpp"

namespace fullcone::sim {
namespace {

// A life like others, but that the server does not know the second client's user: its apps do not
// heal.
Life unhealed(std::uint64_t seed) {
  Features features;
  features.steps = 100;
  Life life = draw_life(seed, features);
  life.clients[2].user = 2;
  life.events.push_back({.at = 1min, .deed = Deed::app_opens, .who = 1000, .whom = 2});
  return life;
}

const Scenario kUnhealed{"unhealed", "", nullptr, unhealed};

Replay read(const std::string& text) {
  auto parsed = parse_replay(text);
  EXPECT_TRUE(std::holds_alternative<Replay>(parsed)) << text;
  return std::get<Replay>(std::move(parsed));
}

TEST(FailureFile, OfALifeIsSmallAndPlaysAgain) {
  const WorldSettings settings{.shuffle_ties = true};
  const Outcome outcome = run(kUnhealed, 3, settings);
  ASSERT_FALSE(outcome.findings.empty());
  const std::string text = failure_text({&kUnhealed, 3}, outcome, settings);
  const Replay replay = read(text);
  EXPECT_LE(replay.life->events.size(), 2u) << text;
  EXPECT_EQ(replay.found, std::vector<std::string>{"STORY"});
  EXPECT_NE(text.find("events were reduced to"), std::string::npos);
  const Outcome again = play(replay);
  EXPECT_EQ(again.trace_hash, replay.hash);
  EXPECT_EQ(again.findings.front().rule, "STORY");
}

TEST(FailureFile, OfAStoryIsItsNameAndSeed) {
  const Scenario* const story = find_scenario("webrtc-call");
  ASSERT_NE(story, nullptr);
  Outcome outcome = run(*story, 9);
  outcome.findings.push_back({TimePoint{}, "CONE-1", "made up"});
  const Replay replay = read(failure_text({story, 9}, outcome, {}));
  EXPECT_FALSE(replay.life);
  EXPECT_EQ(replay.scenario, "webrtc-call");
  EXPECT_EQ(play(replay).trace_hash, replay.hash);
}

}  // namespace
}  // namespace fullcone::sim
