// JSON lines, Markdown, HTML and the badge: what they hold, and that hostile evidence stays text.
// test_reports.py reads them with parsers and a browser.
#include <gtest/gtest.h>

#include "conformance/reports/badge_report.hpp"
#include "conformance/reports/html_report.hpp"
#include "conformance/reports/json_lines_report.hpp"
#include "conformance/reports/markdown_report.hpp"
#include "conformance/reports/report_testing.hpp"

namespace fullcone::conformance {
namespace {

constexpr NatType kFullCone{Dependence::endpoint_independent, Dependence::endpoint_independent,
                            true};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

using JsonLines = Reported<JsonLinesReport>;

TEST_F(JsonLines, AnObjectPerLineAsThingsHappen) {
  EXPECT_EQ(text(),
            "{\"event\": \"begin\", \"subject\": \"server <192.0.2.1:443>\", \"seed\": 7, "
            "\"cases\": 3}\n");
  after(result_of(kMust, Verdict::fail));
  report_.classified(kFullCone);
  const std::string text = after_end({.exit_code = 1});
  EXPECT_EQ(count(text, "\n"), 4u);
  EXPECT_TRUE(has(text,
                  "\"kind\": \"sent\", \"party\": \"channel 1\", \"what\": \"\\\"hi\\\"\", "
                  "\"octets\": \"6869\"}"));
  EXPECT_TRUE(has(text, "{\"event\": \"nat\", \"mapping\": \"endpoint-independent\""));
  EXPECT_TRUE(text.ends_with("{\"event\": \"end\", \"exit_code\": 1, \"why\": \"\"}\n"));
}

TEST_F(JsonLines, APassHasNoEvidence) {
  const std::string text = after(result_of(kMust, Verdict::pass));
  EXPECT_TRUE(has(text, "\"verdict\": \"pass\", \"failure\": false"));
  EXPECT_FALSE(has(text, "journal"));
}

using Markdown = Reported<MarkdownReport>;

TEST_F(Markdown, TablesAndFoldedFailures) {
  after(result_of(kMust, Verdict::pass));
  after(result_of(kMay, Verdict::fail));
  EXPECT_TRUE(has(after(result_of(kMust, Verdict::skipped)), "The run has not ended."));
  const std::string text = after_end({});
  EXPECT_FALSE(has(text, "The run has not ended."));
  EXPECT_TRUE(has(text, "# Conformance: 1 pass, 1 fail, 1 skipped\n"));
  EXPECT_TRUE(has(text, "| CONE | 1 | 1 | | | 1 |\n"));
  EXPECT_TRUE(has(text, "<details><summary><b>CONE-E.one-port</b> (MAY): Why.</summary>"));
  EXPECT_FALSE(has(text, "<script>"));
  EXPECT_FALSE(has(text.substr(text.find("## Neither")), "http://b"));
  EXPECT_FALSE(has(text, "\n1..0"));
}

using Html = Reported<HtmlReport>;

TEST_F(Html, HoldsEveryCaseInMatrixAndTable) {
  after(result_of(kMust, Verdict::pass));
  const std::string text = after(result_of(kMay, Verdict::fail));
  EXPECT_EQ(count(text, "data-case=\"s1.CONE-5.stranger\""), 2u);
  EXPECT_EQ(count(text, "data-case=\"s1.CONE-E.one-port\""), 3u);  // and the failure itself
  EXPECT_EQ(count(text, "<svg class=\"chart\""), 1u);
  EXPECT_TRUE(has(text, "0000  3c 68 69 3e "));  // of "<hi>"
  EXPECT_TRUE(has(text, "|&lt;hi&gt;|"));
  EXPECT_TRUE(has(text, "The run has not ended."));
  EXPECT_FALSE(has(after_end({}), "The run has not ended."));
}

TEST_F(Html, TellsTheSameCaseOfTwoSubjectsApart) {
  after(result_of(kMust, Verdict::pass));
  report_.begin({"another", 7, 1});
  const std::string text = after(result_of(kMust, Verdict::fail));
  EXPECT_EQ(count(text, "id=\"case-s1.CONE-5.stranger\""), 1u);
  EXPECT_EQ(count(text, "id=\"case-s2.CONE-5.stranger\""), 1u);
  EXPECT_EQ(count(text, "id=\"failure-s2.CONE-5.stranger\""), 1u);
  EXPECT_EQ(count(text, "<table class=\"matrix\">"), 2u);
}

TEST_F(Html, HasNoMarkupOfTheSubjects) {
  const std::string text = after(result_of(kMay, Verdict::fail));
  EXPECT_EQ(count(text, "<script"), 1u);  // its own
  EXPECT_TRUE(has(text, "&lt;script&gt;alert(1)"));
  EXPECT_TRUE(has(text, "<code>server &lt;192.0.2.1:443&gt;</code>"));
}

TEST_F(Html, ShowsTheNatTypeOnceItIsKnown) {
  EXPECT_FALSE(has(text(), "NAT type"));
  report_.classified(kFullCone);
  EXPECT_TRUE(has(after_end({}), "<h2>NAT type: full cone</h2>"));
}

using Badge = Reported<BadgeReport>;

TEST_F(Badge, SaysHowItStands) {
  EXPECT_TRUE(has(text(), ">unfinished</text>"));
  after(result_of(kMust, Verdict::pass));
  EXPECT_TRUE(has(after_end({}), "<title>UDP conformance: 1 passed</title>"));
  EXPECT_TRUE(has(after_end({.exit_code = 4}), ">inconclusive</text>"));
  EXPECT_TRUE(has(after_end({.exit_code = 3}), ">subject gone</text>"));
  EXPECT_TRUE(has(after(result_of(kMay, Verdict::fail)), ">1 of 2 failed</text>"));
}

}  // namespace
}  // namespace fullcone::conformance
