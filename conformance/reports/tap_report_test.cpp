#include "conformance/reports/tap_report.hpp"

#include <gtest/gtest.h>

#include "conformance/reports/report_testing.hpp"

namespace fullcone::conformance {
namespace {

using Tap = Reported<TapReport>;

TEST_F(Tap, APointForEachCaseAsItEnds) {
  EXPECT_EQ(after(result_of(kMust, Verdict::pass)),
            "TAP version 14\n# server <192.0.2.1:443>, seed 7\nok 1 - CONE-5.stranger\n");
  EXPECT_NE(after(result_of(kMay, Verdict::fail)).find("\nnot ok 2 - CONE-E.one-port\n  ---\n"),
            std::string::npos);
  EXPECT_NE(
      after(result_of(kMust, Verdict::skipped)).find("\nok 3 - CONE-5.stranger # SKIP skipped: "),
      std::string::npos);
  EXPECT_TRUE(after_end({}).ends_with("\n1..3\n"));
}

TEST_F(Tap, ExpectationsAreTodoAndFailure) {
  EXPECT_NE(after(expected_failure(kMust))
                .find("not ok 1 - CONE-5.stranger # TODO https://example.org/17, known.toml:3\n"),
            std::string::npos);
  EXPECT_NE(after(unexpected_pass(kMust)).find("not ok 2 - CONE-5.stranger\n  ---\n"),
            std::string::npos);
}

TEST_F(Tap, WhatASubjectSendsStaysInItsLine) {
  after(result_of(kMust, Verdict::fail));
  const std::string text = after(result_of(kMust, Verdict::inconclusive));
  EXPECT_EQ(count(text, "\n1..0"), 0u);
  EXPECT_EQ(count(text, "\n...\n"), 0u);
  EXPECT_EQ(count(text, "\n  ...\n"), 1u);
}

TEST_F(Tap, ARunThatEndsEarlyBailsOut) {
  EXPECT_TRUE(
      after_end({.exit_code = 3, .why = "gone\nok 1"}).ends_with("\nBail out! gone ok 1\n"));
}

}  // namespace
}  // namespace fullcone::conformance
