#include "conformance/reports/terminal_report.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "conformance/reports/report_testing.hpp"

namespace fullcone::conformance {
namespace {

std::string shown(const TerminalStyle& style, const Outcome& outcome = {}) {
  std::ostringstream out;
  TerminalReport report(out, style);
  const std::vector<CaseResult> results{result_of(kMust, Verdict::pass),
                                        result_of(kMay, Verdict::fail)};
  report.begin({"subject", 7, results.size()});
  for (const auto& result : results) report.add(result);
  report.end(results, outcome);
  return out.str();
}

TEST(Terminal, OneLinePerCaseAndEvidenceBeneath) {
  const std::string text = shown({});
  EXPECT_EQ(text.find("== subject (seed 7)\n"), 0u);
  EXPECT_NE(text.find("pass         CONE-5.stranger"), std::string::npos);
  EXPECT_NE(text.find("expected: a <thing>"), std::string::npos);
  EXPECT_EQ(count(text, "| 2.000 ms  channel 1 sends"), 1u);
  EXPECT_NE(text.find("CONE    1 pass, 1 fail"), std::string::npos);
  EXPECT_EQ(text.find('\033'), std::string::npos);  // not even the subject's
  EXPECT_EQ(text.find('\r'), std::string::npos);
}

TEST(Terminal, QuietTellsOfFailuresAlone) {
  const std::string text = shown({.verbosity = Verbosity::quiet});
  EXPECT_EQ(text.find("CONE-5.stranger"), std::string::npos);
  EXPECT_NE(text.find("CONE-E.one-port"), std::string::npos);
  EXPECT_NE(text.find("all     1 pass, 1 fail"), std::string::npos);
}

TEST(Terminal, VerboseTellsWhatPassedInAPassToo) {
  EXPECT_EQ(count(shown({.verbosity = Verbosity::verbose}), "| 2.000 ms  channel 1 sends"), 2u);
}

TEST(Terminal, ProgressIsTakenBackBeforeEachLine) {
  const std::string text = shown({.progress = true});
  EXPECT_NE(text.find("  0 of 2 …\r\033[K  pass"), std::string::npos);
  EXPECT_NE(text.find("  1 of 2 …\r\033[K  fail"), std::string::npos);
  EXPECT_EQ(text.find("2 of 2"), std::string::npos);
}

TEST(Terminal, SaysWhyItEndedEarly) {
  EXPECT_NE(shown({}, {.exit_code = 130, .why = "interrupted"}).find("\ninterrupted\n"),
            std::string::npos);
}

}  // namespace
}  // namespace fullcone::conformance
