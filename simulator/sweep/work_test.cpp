#include "simulator/sweep/work.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <set>

namespace fullcone::sim {
namespace {

std::set<std::pair<std::string, std::uint64_t>> jobs(const Options& options) {
  const Work work(options);
  std::set<std::pair<std::string, std::uint64_t>> all;
  for (std::uint64_t i = 0; i < work.size(); ++i) {
    all.emplace(work.job(i).scenario->name, work.job(i).seed);
  }
  EXPECT_EQ(all.size(), work.size());
  return all;
}

TEST(Work, IsEveryScenarioWithEverySeed) {
  Options options;
  options.first_seed = 5;
  options.last_seed = 7;
  EXPECT_EQ(jobs(options).size(), 3 * scenarios().size());
  options.scenario = "v0";
  EXPECT_EQ(jobs(options),
            (std::set<std::pair<std::string, std::uint64_t>>{{"v0", 5}, {"v0", 6}, {"v0", 7}}));
  options.scenario = "none";
  EXPECT_FALSE(Work(options).knows_scenario());
}

TEST(Work, ShardsShareItOut) {
  Options options;
  options.scenario = "v0";
  options.last_seed = 10;
  options.shards = 3;
  std::set<std::pair<std::string, std::uint64_t>> all;
  for (options.shard = 1; options.shard <= 3; ++options.shard) all.merge(jobs(options));
  EXPECT_EQ(all.size(), 10u);
  options.shard = options.shards = 11;
  EXPECT_TRUE(jobs(options).empty());
}

TEST(Work, SeedsMayBeWithoutEnd) {
  Options options;
  options.last_seed = std::numeric_limits<std::uint64_t>::max();
  const Work work(options);
  EXPECT_GT(work.size(), std::uint64_t{1} << 40);
  EXPECT_EQ(work.job(0).seed, 1u);
}

}  // namespace
}  // namespace fullcone::sim
