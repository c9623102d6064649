// The table against a std::map that is told the same.
#include "simulator/numbered_table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "simulator/purpose_random.hpp"

namespace fullcone::sim {
namespace {

using Table = NumberedTable<std::uint64_t, std::string>;

std::map<std::uint64_t, std::string> all_of(const Table& table) {
  return {table.begin(), table.end()};
}

TEST(NumberedTable, HoldsWhatAMapHolds) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Random random = random_for(seed, "table");
    Table table;
    std::map<std::uint64_t, std::string> map;
    std::uint64_t last = random.below(100);
    for (int i = 0; i < 2000; ++i) {
      const auto what = random.below(100);
      const std::uint64_t any = last - std::min(last, random.below(80));
      if (what < 50) {
        last += random.chance(0.02) ? random.below(200) : 1;
        table[last] = map[last] = std::to_string(i);
      } else if (what < 95) {
        ASSERT_EQ(table.erase(any), map.erase(any));
      } else if (what < 96) {
        table.clear();
        map.clear();
      } else {  // one that was left out, or is there
        ASSERT_EQ(table.try_emplace(any, "late").second, map.try_emplace(any, "late").second);
      }
      ASSERT_EQ(table.size(), map.size());
      ASSERT_EQ(table.contains(any), map.contains(any));
      ASSERT_EQ(table.find(any) == table.end(), map.find(any) == map.end());
    }
    ASSERT_EQ(all_of(table), map) << "seed " << seed;
  }
}

TEST(NumberedTable, KeepsWhatItHoldsInItsPlace) {
  Table table;
  const std::string* const first = &(table[1] = "one");
  for (std::uint64_t i = 2; i < 1000; ++i) table[i] = "more";
  for (std::uint64_t i = 2; i < 900; ++i) table.erase(i);
  EXPECT_EQ(&table.at(1), first);
  EXPECT_EQ(*first, "one");
  EXPECT_THROW(table.at(2), std::out_of_range);
}

TEST(NumberedTable, MayBeThinnedOutOnTheWay) {
  Table table;
  for (std::uint64_t i = 1; i <= 100; ++i) table[i] = std::to_string(i);
  std::vector<std::uint64_t> seen;
  for (auto each = table.begin(); each != table.end();) {
    seen.push_back(each->first);
    each = each->first % 3 == 0 ? std::next(each) : table.erase(each);
  }
  EXPECT_EQ(seen.size(), 100u);
  EXPECT_EQ(table.size(), 33u);
  for (auto each = table.begin(); each != table.end();) each = table.erase(each);
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(table.begin(), table.end());
}

}  // namespace
}  // namespace fullcone::sim
