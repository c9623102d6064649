// A parse result is exactly one of its three outcomes.
#include "base/parse.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace fullcone {
namespace {

TEST(ParseResult, NeedsMore) {
  const ParseResult<int> result = NeedMore{};
  EXPECT_TRUE(result.needs_more());
  EXPECT_FALSE(result.parsed());
  EXPECT_EQ(result.malformed(), nullptr);
}

TEST(ParseResult, IsMalformed) {
  const ParseResult<int> result = Malformed{"bad field", 3};
  ASSERT_NE(result.malformed(), nullptr);
  EXPECT_EQ(*result.malformed(), (Malformed{"bad field", 3}));
  EXPECT_FALSE(result.parsed());
  EXPECT_FALSE(result.needs_more());
}

TEST(ParseResult, HoldsAValueThatOnlyMoves) {
  ParseResult<std::unique_ptr<int>> result{std::make_unique<int>(7), 4};
  ASSERT_TRUE(result.parsed());
  EXPECT_FALSE(result.needs_more());
  EXPECT_EQ(result.malformed(), nullptr);
  EXPECT_EQ(result.consumed(), 4u);
  const auto taken = std::move(result.value());
  EXPECT_EQ(*taken, 7);
}

}  // namespace
}  // namespace fullcone
