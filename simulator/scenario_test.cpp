#include "simulator/scenario.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace fullcone::sim {
namespace {

void impatient(World& world) {
  auto& peer = world.peer();
  world.client({.delay = 20ms}).udp().send_to(peer, "ping");
  EXPECT(world.run_until([&] { return peer.received("ping"); }, 1ms));
  world.tell_story("never told");
}

TEST(Scenario, WhatDoesNotHoldEndsTheStoryAndIsFound) {
  std::string told;
  const auto outcome = run({"impatient", "", impatient}, 1, {}, [&](Trace& trace) {
    trace.show([&](std::string_view line) { told += line; });
  });
  ASSERT_EQ(outcome.findings.size(), 1u);
  EXPECT_EQ(outcome.findings[0].rule, "STORY");
  EXPECT_NE(outcome.findings[0].what.find("received(\"ping\")"), std::string::npos);
  EXPECT_NE(told.find("impatient, seed 1"), std::string::npos);
  EXPECT_EQ(told.find("never told"), std::string::npos);
}

TEST(Scenario, AreKnownByNameAndInOrder) {
  ASSERT_FALSE(scenarios().empty());
  EXPECT_TRUE(std::ranges::is_sorted(scenarios(), {}, &Scenario::name));
  EXPECT_EQ(std::ranges::count(scenarios(), "hello-with-a-stranger", &Scenario::name), 1);
}

}  // namespace
}  // namespace fullcone::sim
