// Exit codes, JUnit XML, and the lines on a terminal.
#include "conformance/report.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "conformance/reports/junit_report.hpp"
#include "conformance/reports/terminal_report.hpp"

namespace fullcone::conformance {
namespace {

void no_body(ServerBed&) {}

Case case_of(std::string_view id) { return {id, "Why.", &no_body, {}, "file.cpp", 1}; }

const Case kMust = case_of("CONE-5.stranger");
const Case kShould = case_of("EGRESS-1.private");
const Case kMay = case_of("CONE-E.one-port");

CaseResult result_of(const Case& judged, Verdict verdict, bool gone = false) {
  return {&judged,
          verdict,
          {"a <thing>", "\"nothing\" & \x01", "cases.cpp:7", {"1 ms  sent"}},
          1ms,
          gone};
}

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

TEST(Xml, EscapesWhatItMust) {
  EXPECT_EQ(xml_escaped("a < b & \"c\" > 'd'"), "a &lt; b &amp; &quot;c&quot; &gt; &apos;d&apos;");
  EXPECT_EQ(xml_escaped("two\nlines"), "two&#10;lines");
  EXPECT_EQ(xml_escaped("wörter …"), "wörter …");
}

TEST(Xml, ReplacesWhatItCannotHold) {
  const std::string replacement = "\xef\xbf\xbd";
  EXPECT_EQ(xml_escaped(std::string_view("a\0b", 3)), "a" + replacement + "b");
  EXPECT_EQ(xml_escaped("\x1b[31m"), replacement + "[31m");
  EXPECT_EQ(xml_escaped("\xff\xc3"), replacement + replacement);
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Junit, IsWholeAfterEachCase) {
  const auto file = std::filesystem::path(testing::TempDir()) / "conformance-junit.xml";
  JunitReport report(file);
  report.begin("server 192.0.2.1:443", 1);
  std::size_t cases = 0;
  for (const Verdict verdict : {Verdict::pass, Verdict::fail, Verdict::skipped}) {
    report.add(result_of(kMust, verdict));
    const std::string text = text_of(file);
    EXPECT_EQ(count(text, "<testcase "), ++cases);
    EXPECT_EQ(count(text, "</testcase>"), cases);
    EXPECT_EQ(count(text, "</testsuites>\n"), 1u);
  }
  const std::string text = text_of(file);
  EXPECT_NE(text.find("tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""), std::string::npos);
  EXPECT_NE(
      text.find("<failure message=\"expected a &lt;thing&gt;; seen: &quot;nothing&quot; &amp; "
                "\xef\xbf\xbd\" type=\"MUST\">"),
      std::string::npos)
      << text;
  std::filesystem::remove(file);
}

TEST(Junit, SaysWhereItCannotWrite) {
  EXPECT_THROW(JunitReport("no-such-folder/report.xml"), std::runtime_error);
}

TEST(Terminal, OneLinePerCaseAndEvidenceBeneath) {
  std::ostringstream out;
  TerminalReport report(out, false);
  const std::vector<CaseResult> results{result_of(kMust, Verdict::pass),
                                        result_of(kMay, Verdict::fail)};
  report.begin("subject", 7);
  for (const auto& result : results) report.add(result);
  report.end(results);
  const std::string text = out.str();
  EXPECT_EQ(text.find("== subject (seed 7)\n"), 0u);
  EXPECT_NE(text.find("pass         CONE-5.stranger"), std::string::npos);
  EXPECT_NE(text.find("| 1 ms  sent"), std::string::npos);
  EXPECT_NE(text.find("CONE    1 pass, 1 fail"), std::string::npos);
  EXPECT_EQ(text.find('\033'), std::string::npos);
}

}  // namespace
}  // namespace fullcone::conformance
