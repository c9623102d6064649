#include "simulator/life/quantities.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"
#include "simulator/link_settings.hpp"

namespace fullcone::sim {
namespace {

TEST(Quantities, DurationsAreReadInEveryUnit) {
  EXPECT_EQ(parse_duration("1.25s"), Duration{1250ms});
  EXPECT_EQ(parse_duration("0s"), Duration{});
  EXPECT_EQ(parse_duration("20ms"), Duration{20ms});
  EXPECT_EQ(parse_duration("7us"), Duration{7us});
  EXPECT_EQ(parse_duration("3ns"), Duration{3});
  EXPECT_EQ(parse_duration("2min"), Duration{2min});
  EXPECT_EQ(parse_duration("1.5h"), Duration{90min});
  for (const auto* wrong :
       {"", "5", "s", "-1s", "1..5s", "1.s", ".5s", "0.5ns", "1 s", "3000000h"}) {
    EXPECT_FALSE(parse_duration(wrong)) << wrong;
  }
}

TEST(Quantities, DurationsComeBackToTheNanosecond) {
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    const auto most = std::uint64_t{1} << random.between(1, 62);
    const Duration drawn(static_cast<Duration::rep>(random.below(most)));
    EXPECT_EQ(parse_duration(print_duration(drawn)), drawn) << print_duration(drawn);
  }
  EXPECT_EQ(print_duration(1250ms), "1.25s");
  EXPECT_EQ(print_duration(Duration{1'000'001}), "1.000001ms");
}

TEST(Quantities, SharesAreMillionths) {
  EXPECT_EQ(parse_share("0.02"), 20'000u);
  EXPECT_EQ(parse_share("1"), 1'000'000u);
  EXPECT_EQ(print_share(20'000), "0.02");
  EXPECT_EQ(print_share(0), "0");
  for (const auto* wrong : {"", "1.1", "2", "0.0000001", "x"}) EXPECT_FALSE(parse_share(wrong));
}

TEST(Quantities, OctetsHaveTheirUnit) {
  EXPECT_EQ(parse_octets("100B"), 100u);
  EXPECT_EQ(print_octets(0), "0B");
  for (const auto* wrong : {"", "B", "100", "1kB"}) EXPECT_FALSE(parse_octets(wrong));
}

}  // namespace
}  // namespace fullcone::sim
