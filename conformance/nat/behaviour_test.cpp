#include "conformance/nat/behaviour.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace fullcone::conformance {
namespace {

using namespace std::chrono_literals;

TEST(NatBehaviour, IsReadAndSaid) {
  const NatBehaviour read = parse_behaviour(
      "mapping=EIM,filtering=APDF,hairpin=yes,ports=random,parity=no,pooling=paired,"
      "lifetime>=120s");
  EXPECT_THAT(words_of(read),
              testing::ElementsAre("mapping EIM", "filtering APDF", "hairpin yes", "ports random",
                                   "parity no", "pooling paired", "lifetime at least 120 s"));
  EXPECT_EQ(read.lifetime, (Lifetime{120s, {}}));
}

TEST(NatBehaviour, WhatIsNotSaidIsOpen) {
  EXPECT_EQ(parse_behaviour(""), NatBehaviour{});
  EXPECT_THAT(words_of(parse_behaviour("mapping=ADM")), testing::ElementsAre("mapping ADM"));
}

TEST(NatBehaviour, AFaultNamesWhatCouldHaveBeen) {
  for (const char* text : {"mapping=EIF", "mapping", "cone=full", "lifetime>=long", "lifetime=5s",
                           "ports=", "lifetime>=-1s", "mapping=EIM,,"}) {
    EXPECT_THROW(parse_behaviour(text), std::invalid_argument) << text;
  }
  try {
    parse_behaviour("filtering=full");
    ADD_FAILURE();
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "not one of EIF, ADF, APDF: full");
  }
}

TEST(Lifetime, SaysBothBounds) {
  EXPECT_EQ(describe(Lifetime{1500ms, 2s}), "at least 1500 ms, less than 2 s");
}

}  // namespace
}  // namespace fullcone::conformance
