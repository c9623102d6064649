// From results to the exit code, with expectations and without.
#include "conformance/report.hpp"

#include <gtest/gtest.h>

#include "conformance/reports/report_testing.hpp"

namespace fullcone::conformance {
namespace {

TEST(ExitCode, IsTheWorstThatCounts) {
  const auto pass = result_of(kMust, Verdict::pass);
  const auto skipped = result_of(kMust, Verdict::skipped);
  EXPECT_EQ(exit_code({pass, skipped}, false), 0);
  EXPECT_EQ(exit_code({pass, result_of(kMust, Verdict::fail)}, false), 1);
  EXPECT_EQ(exit_code({pass, result_of(kMust, Verdict::inconclusive)}, false), 4);
  EXPECT_EQ(
      exit_code({result_of(kMust, Verdict::inconclusive), result_of(kMust, Verdict::fail)}, false),
      1);
  EXPECT_EQ(exit_code({pass, result_of(kMust, Verdict::fail, true)}, false), 3);
}

TEST(ExitCode, NothingJudgedIsNoSuccess) {
  EXPECT_EQ(exit_code({}, false), 2);
  EXPECT_EQ(
      exit_code({result_of(kMust, Verdict::skipped), result_of(kMay, Verdict::unsupported)}, false),
      2);
}

TEST(ExitCode, OnlyAMustCountsUnlessStrict) {
  const auto pass = result_of(kMust, Verdict::pass);
  EXPECT_EQ(exit_code({pass, result_of(kShould, Verdict::fail)}, false), 0);
  EXPECT_EQ(exit_code({pass, result_of(kShould, Verdict::fail)}, true), 1);
  EXPECT_EQ(exit_code({pass, result_of(kMay, Verdict::fail)}, true), 0);
}

TEST(ExitCode, AnExpectedFailureCountsForNothing) {
  EXPECT_EQ(exit_code({result_of(kMust, Verdict::pass), expected_failure(kMust)}, true), 0);
  EXPECT_EQ(exit_code({expected_failure(kMust)}, true), 0);
}

TEST(ExitCode, AnUnexpectedPassCountsWhateverItsLevel) {
  EXPECT_EQ(exit_code({unexpected_pass(kMust)}, false), 1);
  EXPECT_EQ(exit_code({unexpected_pass(kMay)}, false), 1);
}

TEST(Result, SaysWhy) {
  EXPECT_EQ(result_of(kMust, Verdict::pass).reason(), "");
  EXPECT_EQ(result_of(kMust, Verdict::fail).reason().find("expected a <thing>; seen: "), 0u);
  EXPECT_EQ(unexpected_pass(kMust).reason(),
            "passed, but is expected to fail (https://example.org/17, known.toml:3)");
  EXPECT_EQ(expected_failure(kMust).reason().find(
                "expected to fail (https://example.org/17, known.toml:3): expected a <thing>"),
            0u);
}

}  // namespace
}  // namespace fullcone::conformance
