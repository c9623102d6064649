// What hash tables with keys from outside rely on: every input bit and the seed move the result.
#include "base/hash.hpp"

#include <gtest/gtest.h>

#include <bit>

namespace fullcone {
namespace {

TEST(SeededHash, OneBitFlipsAboutHalfOfTheResult) {
  const std::uint64_t base = seeded_hash(1, 2, 3, 4);
  int flipped = 0;
  for (int bit = 0; bit < 64; ++bit) {
    const std::uint64_t mask = std::uint64_t{1} << bit;
    for (const auto hash : {seeded_hash(1 ^ mask, 2, 3, 4), seeded_hash(1, 2 ^ mask, 3, 4),
                            seeded_hash(1, 2, 3 ^ mask, 4), seeded_hash(1, 2, 3, 4 ^ mask)}) {
      EXPECT_NE(hash, base) << bit;
      flipped += std::popcount(hash ^ base);
    }
  }
  EXPECT_NEAR(flipped / 256.0, 32, 3);
}

TEST(FoldMultiply, FoldsBothHalvesOfTheProduct) {
  EXPECT_EQ(fold_multiply(UINT64_MAX, UINT64_MAX), (UINT64_MAX - 1) ^ 1);
  EXPECT_EQ(fold_multiply(std::uint64_t{1} << 63, 2), 1u);
  EXPECT_EQ(fold_multiply(0, 5), 0u);
}

}  // namespace
}  // namespace fullcone
