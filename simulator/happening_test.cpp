#include "simulator/happening.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>

namespace fullcone::sim {
namespace {

TEST(Happening, CallsOnceAndLetsGo) {
  const auto shared = std::make_shared<int>(0);
  Happening happening;
  EXPECT_TRUE(happening.empty());
  happening.hold([shared] { ++*shared; });
  EXPECT_EQ(shared.use_count(), 2);
  happening.happen();
  EXPECT_EQ(*shared, 1);
  EXPECT_EQ(shared.use_count(), 1);
  EXPECT_TRUE(happening.empty());
}

TEST(Happening, IsForgottenUncalled) {
  const auto shared = std::make_shared<int>(0);
  {
    Happening happening;
    happening.hold([shared] { ++*shared; });
  }
  EXPECT_EQ(*shared, 0);
  EXPECT_EQ(shared.use_count(), 1);
}

TEST(Happening, HoldsWhatIsTooLargeForItsRoomOrOnlyMoves) {
  std::array<char, Happening::kRoom + 1> large{};
  large.back() = 7;
  int seen = 0;
  Happening happening;
  happening.hold(
      [large, owned = std::make_unique<int>(1), &seen] { seen = large.back() + *owned; });
  happening.happen();
  EXPECT_EQ(seen, 8);
}

TEST(Happening, IsReusedAfterwards) {
  int calls = 0;
  Happening happening;
  for (int i = 0; i < 3; ++i) {
    happening.hold([&] { ++calls; });
    happening.happen();
  }
  EXPECT_EQ(calls, 3);
}

}  // namespace
}  // namespace fullcone::sim
