// Each scenario over a few dozen seeds, and a few of them again to compare.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>

#include "simulator/scenario.hpp"

namespace fullcone::sim {

void PrintTo(const Scenario& scenario, std::ostream* out) {  // NOLINT: gtest's name for it
  *out << scenario.name;
}

namespace {

class EachScenario : public testing::TestWithParam<Scenario> {};

std::string shown(const Outcome& outcome) {
  std::string text;
  for (const Finding& finding : outcome.findings) text += finding.rule + ": " + finding.what + '\n';
  return text;
}

TEST_P(EachScenario, BreaksNoRule) {
  for (std::uint64_t seed = 1; seed <= 48; ++seed) {
    const Outcome outcome = run(GetParam(), seed, {.shuffle_ties = seed % 2 == 0});
    ASSERT_TRUE(outcome.findings.empty())
        << GetParam().name << ", seed " << seed << (seed % 2 == 0 ? ", ties shuffled" : "") << '\n'
        << shown(outcome);
  }
}

TEST_P(EachScenario, RunsTheSameAgain) {
  for (const bool shuffled : {false, true}) {
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      const WorldSettings settings{.shuffle_ties = shuffled};
      ASSERT_EQ(run(GetParam(), seed, settings).trace_hash,
                run(GetParam(), seed, settings).trace_hash)
          << GetParam().name << ", seed " << seed;
    }
  }
}

std::string test_name(const testing::TestParamInfo<Scenario>& scenario) {
  std::string name = scenario.param.name;
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, EachScenario, testing::ValuesIn(scenarios()), test_name);

}  // namespace
}  // namespace fullcone::sim
