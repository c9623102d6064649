// No verdict is false because a path is bad: there an honest subject never fails, and a broken one
// still does.
#include <gtest/gtest.h>

#include <algorithm>

#include "conformance/bed/loss.hpp"
#include "conformance/mutants/mutant.hpp"
#include "conformance/schedule.hpp"

namespace fullcone::conformance {
namespace {

constexpr sim::LinkSettings kBadPath{.delay = 10ms, .jitter = 30ms, .loss = 0.05};

std::vector<CaseResult> run_on_bad_path(Mutant subject, std::uint64_t seed,
                                        std::vector<std::string> only = {}) {
  RunOptions options;
  options.pace = kSimulatedPace;
  options.seed = seed;
  options.selection.only = std::move(only);
  const auto testbed = mutant_testbed(subject, kBadPath);
  std::vector<CaseResult> results;
  run_cases(*testbed, options, {}, results);
  return results;
}

class BadPath : public testing::TestWithParam<int> {};

// Two hundred runs, in parts that can run side by side.
TEST_P(BadPath, FailsNoHonestServer) {
  std::size_t inconclusive = 0;
  for (int run = 1; run <= 50; ++run) {
    const auto seed = static_cast<std::uint64_t>(GetParam() * 50 + run);
    for (const auto& result : run_on_bad_path({.side = Side::server}, seed)) {
      ASSERT_NE(result.verdict, Verdict::fail)
          << result.judged->id << ", seed " << seed << ": " << result.evidence.reason();
      if (result.verdict == Verdict::inconclusive) ++inconclusive;
    }
  }
  EXPECT_GT(inconclusive, 0u) << "the path is not bad";
}

INSTANTIATE_TEST_SUITE_P(TwoHundredRuns, BadPath, testing::Range(0, 4));

TEST(BadPath, FailsNoHonestClient) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    for (const auto& result : run_on_bad_path({.side = Side::client}, seed)) {
      ASSERT_NE(result.verdict, Verdict::fail)
          << result.judged->id << ", seed " << seed << ": " << result.evidence.reason();
    }
  }
}

// What it does to the octets of streams no loss can excuse, and trying it again takes long.
bool is_of_streams(const Mutant& mutant) {
  const auto has_it = [&](const std::vector<Mutant>& group) {
    return std::ranges::find(group, mutant.fault, &Mutant::fault) != group.end();
  };
  return has_it(mux_credit_mutants()) || has_it(mux_frame_mutants());
}

// A fault that looks like loss may be taken for loss now and then; hardly any other.
TEST(BadPath, ExcusesFewMutants) {
  std::size_t excused = 0;
  std::size_t tried = 0;
  for (const Mutant& mutant : all_mutants()) {
    if (mutant.side != Side::server && mutant.side != Side::client) continue;
    if (is_of_streams(mutant)) continue;
    ++tried;
    const auto results = run_on_bad_path(mutant, 1, {std::string(mutant.rule)});
    const bool failed = std::ranges::any_of(
        results, [](const CaseResult& result) { return result.verdict == Verdict::fail; });
    if (!failed) ++excused;
  }
  EXPECT_LE(excused, 4u) << "of " << tried;
  EXPECT_GE(tried, 60u);
}

TEST(Attempts, AreAsManyAsTheLossWants) {
  EXPECT_EQ(attempts_through(0, 1000), 1);
  EXPECT_EQ(attempts_through(0.5, 1), 20);  // one in a million that every one of 20 is lost
  EXPECT_EQ(attempts_through(0.05, 14), 21);
  EXPECT_EQ(attempts_through(1, 10), 5000);
}

}  // namespace
}  // namespace fullcone::conformance
