#include "conformance/reports/junit_report.hpp"

#include <gtest/gtest.h>

#include "conformance/reports/report_testing.hpp"

namespace fullcone::conformance {
namespace {

using Junit = Reported<JunitReport>;

TEST_F(Junit, IsWholeAfterEachCase) {
  std::size_t cases = 0;
  for (const Verdict verdict : {Verdict::pass, Verdict::fail, Verdict::skipped}) {
    const std::string text = after(result_of(kMust, verdict));
    EXPECT_EQ(count(text, "<testcase "), ++cases);
    EXPECT_EQ(count(text, "</testcase>"), cases);
    EXPECT_EQ(count(text, "</testsuites>\n"), 1u);
  }
  EXPECT_NE(text().find("tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""),
            std::string::npos);
}

TEST_F(Junit, TellsAFailureWithoutMarkupOfTheSubjects) {
  const std::string text = after(result_of(kMust, Verdict::fail));
  EXPECT_NE(text.find("<failure message=\"expected a &lt;thing&gt;; seen: &lt;script&gt;"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("type=\"MUST\">"), std::string::npos);
  EXPECT_NE(text.find("2.000 ms  channel 1 sends &quot;hi&quot;"), std::string::npos);
  EXPECT_EQ(text.find("<script>"), std::string::npos);
}

TEST_F(Junit, CountsExpectationsAsTheExitCodeDoes) {
  after(expected_failure(kMust));
  const std::string text = after(unexpected_pass(kMust));
  EXPECT_NE(text.find("tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\""), std::string::npos);
  EXPECT_NE(text.find("<skipped message=\"expected to fail (https://example.org/17"),
            std::string::npos);
  EXPECT_NE(text.find("<failure message=\"passed, but is expected to fail"), std::string::npos);
}

TEST(JunitFile, SaysWhereItCannotBeWritten) {
  EXPECT_THROW(JunitReport("no-such-folder/report.xml"), std::runtime_error);
}

}  // namespace
}  // namespace fullcone::conformance
