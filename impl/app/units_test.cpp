// Durations and sizes as a configuration writes them.
#include "app/units.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace fullcone::config {
namespace {

using namespace std::chrono_literals;

TEST(Units, DurationsAreAWholeNumberAndAUnit) {
  EXPECT_EQ(parse_duration("300ms"), 300ms);
  EXPECT_EQ(parse_duration("30s"), 30s);
  EXPECT_EQ(parse_duration("5m"), 5min);
  EXPECT_EQ(parse_duration("24h"), 24h);
  EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(Units, SizesAreAWholeNumberAndAUnit) {
  EXPECT_EQ(parse_size("512B"), 512u);
  EXPECT_EQ(parse_size("256KiB"), 262144u);
  EXPECT_EQ(parse_size("1MiB"), 1048576u);
  EXPECT_EQ(parse_size("2GiB"), 2147483648u);
}

TEST(Units, NothingElseIsTaken) {
  for (const char* text : {"", "s", "30", "30 s", " 30s", "30s ", "-1s", "+1s", "1.5s", "30S", "1d",
                           "0x10s", "1h30m", "30ss", "1e3s"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
  for (const char* text : {"", "256", "256K", "256KB", "256kib", "256 KiB", "-1B", "1.5MiB"}) {
    EXPECT_EQ(parse_size(text), std::nullopt) << text;
  }
}

TEST(Units, WhatTheTypeCannotHoldIsNotTaken) {
  EXPECT_EQ(parse_duration("2562047h"), 2562047h);
  EXPECT_EQ(parse_duration("2562048h"), std::nullopt);
  EXPECT_EQ(parse_duration("18446744073709551616ms"), std::nullopt);
  EXPECT_EQ(parse_size("18446744073709551615B"), std::numeric_limits<std::size_t>::max());
  EXPECT_EQ(parse_size("17179869183GiB"), 17179869183u * (std::size_t{1} << 30));
  EXPECT_EQ(parse_size("17179869184GiB"), std::nullopt);
}

TEST(Units, PrintInTheLargestUnitThatDivides) {
  EXPECT_EQ(print_duration(0s), "0s");
  EXPECT_EQ(print_duration(1500ms), "1500ms");
  EXPECT_EQ(print_duration(90s), "90s");
  EXPECT_EQ(print_duration(120s), "2m");
  EXPECT_EQ(print_duration(168h), "168h");
  EXPECT_EQ(print_size(0), "0B");
  EXPECT_EQ(print_size(1000), "1000B");
  EXPECT_EQ(print_size(65536), "64KiB");
  EXPECT_EQ(print_size(std::size_t{1} << 30), "1GiB");
}

}  // namespace
}  // namespace fullcone::config
