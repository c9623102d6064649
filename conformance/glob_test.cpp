#include "conformance/glob.hpp"

#include <gtest/gtest.h>

namespace fullcone::conformance {
namespace {

TEST(Glob, LiteralsMatchThemselvesOnly) {
  EXPECT_TRUE(matches("CONE-5.stranger", "CONE-5.stranger"));
  EXPECT_FALSE(matches("CONE-5.stranger", "CONE-5.strangers"));
  EXPECT_FALSE(matches("CONE-5.stranger", "CONE-5.strange"));
  EXPECT_TRUE(matches("", ""));
  EXPECT_FALSE(matches("", "x"));
}

TEST(Glob, StarIsAnyRunAndQuestionMarkOneCharacter) {
  EXPECT_TRUE(matches("CONE-*", "CONE-5.stranger"));
  EXPECT_TRUE(matches("*.ipv?", "CONE-1.ipv6"));
  EXPECT_TRUE(matches("*", ""));
  EXPECT_TRUE(matches("C*5*r", "CONE-5.stranger"));
  EXPECT_FALSE(matches("?", ""));
  EXPECT_FALSE(matches("*.ipv?", "CONE-1.ipv"));
}

TEST(Glob, StarTriesEveryLength) {
  EXPECT_TRUE(matches("*ab", "aab"));
  EXPECT_TRUE(matches("a*b*c", "a-b-b-c"));
  EXPECT_FALSE(matches("a*b*c", "a-b-b-"));
  EXPECT_FALSE(matches("*a*a*a*a*a*a*a*b", std::string(5000, 'a')));
}

TEST(Glob, SelectionOfNothingIsEverything) {
  EXPECT_TRUE((Selection{{}, {}}.picks("CONE-5.stranger")));
}

TEST(Glob, ARuleStandsForItsCases) {
  const Selection selection{{"CONE-1"}, {}};
  EXPECT_TRUE(selection.picks("CONE-1.same-port"));
  EXPECT_FALSE(selection.picks("CONE-11.expires"));
}

TEST(Glob, SkippingWins) {
  const Selection selection{{"CONE-*", "UDP-*"}, {"*.ipv6", "UDP-8"}};
  EXPECT_TRUE(selection.picks("CONE-1.same-port"));
  EXPECT_FALSE(selection.picks("CONE-1.ipv6"));
  EXPECT_FALSE(selection.picks("UDP-8.sizes"));
  EXPECT_FALSE(selection.picks("HDR-1.both-versions"));
}

}  // namespace
}  // namespace fullcone::conformance
