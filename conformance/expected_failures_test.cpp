#include "conformance/expected_failures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/reports/report_testing.hpp"
#include "conformance/text_file.hpp"

namespace fullcone::conformance {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::year_month_day kToday = 2030y / 6 / 15;

std::string entry(const std::string& cases, const std::string& contains,
                  const std::string& expires = "2030-06-15") {
  return "[[failure]]\ncase = \"" + cases + "\"\ncontains = \"" + contains +
         "\"\nlink = \"https://example.org/17\"\nexpires = " + expires + "\n";
}

CaseResult amended(const std::string& text, CaseResult result) {
  ExpectedFailures(text, "known.toml", kToday).amend(result);
  return result;
}

TEST(ExpectedFailures, AFailureThatIsListedIsExpected) {
  for (const std::string cases : {"CONE-5.stranger", "CONE-5", "CONE-*"}) {
    const auto result =
        amended("# two lines\n\n" + entry(cases, "<thing>"), result_of(kMust, Verdict::fail));
    EXPECT_EQ(result.expectation, Expectation::met) << cases;
    EXPECT_EQ(result.known_as, "https://example.org/17, known.toml:3");
    EXPECT_FALSE(result.is_failure());
  }
}

TEST(ExpectedFailures, AnotherReasonIsAnotherFailure) {
  const auto result = amended(entry("CONE-5", "something else"), result_of(kMust, Verdict::fail));
  EXPECT_EQ(result.expectation, Expectation::none);
  EXPECT_TRUE(result.is_failure());
}

TEST(ExpectedFailures, OneOfTwoReasonsIsEnough) {
  const auto text = entry("CONE-5", "something else") + entry("CONE-*", "<thing>");
  EXPECT_EQ(amended(text, result_of(kMust, Verdict::fail)).known_as,
            "https://example.org/17, known.toml:6");
}

TEST(ExpectedFailures, APassIsAnError) {
  const auto result = amended(entry("CONE-5", "<thing>"), result_of(kMust, Verdict::pass));
  EXPECT_EQ(result.expectation, Expectation::broken);
  EXPECT_TRUE(result.is_failure());
}

TEST(ExpectedFailures, WhatWasNotJudgedIsNeither) {
  for (const Verdict verdict : {Verdict::skipped, Verdict::unsupported, Verdict::inconclusive}) {
    EXPECT_EQ(amended(entry("CONE-5", ""), result_of(kMust, verdict)).expectation,
              Expectation::none);
  }
}

TEST(ExpectedFailures, ASubjectThatIsGoneIsNeverExpected) {
  const auto result = amended(entry("CONE-5", ""), result_of(kMust, Verdict::fail, true));
  EXPECT_EQ(result.expectation, Expectation::none);
}

std::string error_of(const std::string& text) {
  try {
    ExpectedFailures(text, "known.toml", kToday);
  } catch (const FileError& error) {
    return error.what();
  }
  return "none";
}

TEST(ExpectedFailures, ErrorsNameTheLine) {
  using testing::StartsWith;
  EXPECT_EQ(error_of(entry("CONE-5", "")), "none");
  EXPECT_EQ(error_of("\n" + entry("CONE-5", "", "2030-06-14")),
            "known.toml:2: the expected failure of CONE-5 has expired (https://example.org/17)");
  EXPECT_EQ(error_of(entry("CONE-99", "")), "known.toml:1: no case is called CONE-99");
  EXPECT_THAT(error_of(entry("CONE-5", "", "\"soon\"")),
              StartsWith("known.toml:5: \"expires\" wants a date"));
  EXPECT_THAT(error_of("[[failure]]\ncase = \"CONE-5\"\n"),
              StartsWith("known.toml:1: \"contains\""));
  EXPECT_THAT(error_of("[[failures]]\n"), StartsWith("known.toml:1: unknown key \"failures\""));
  EXPECT_THAT(error_of("[[failure]"), StartsWith("known.toml:1: "));
}

}  // namespace
}  // namespace fullcone::conformance
