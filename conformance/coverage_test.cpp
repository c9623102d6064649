#include "conformance/coverage.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

TEST(Rules, AreThoseOfTheSpec) {
  ASSERT_GE(spec_rules().size(), 57u);
  const auto place = rule_index("CONE-5");
  ASSERT_TRUE(place);
  const Rule& rule = spec_rules()[*place];
  EXPECT_EQ(rule.level, Level::must);
  EXPECT_TRUE(rule.binds(Side::server));
  EXPECT_FALSE(rule.binds(Side::client));
  EXPECT_EQ(rule.section(), "CONE");
  EXPECT_TRUE(spec_rules()[rule_index("TCP-1").value()].binds(Side::client));
  EXPECT_EQ(spec_rules()[rule_index("CONE-E").value()].level, Level::may);
  EXPECT_FALSE(rule_index("CONE-99"));
}

TEST(Coverage, EveryMustHasACaseOnEachSideThatItBinds) {
  EXPECT_THAT(uncovered_rules(), testing::IsEmpty());
}

TEST(Coverage, IsPrintedFromRulesToMutants) {
  std::ostringstream out;
  print_coverage(out, std::array{NamedMutant{"CONE-5", "is deaf"}, NamedMutant{"CONE-6", "is rude"},
                                 NamedMutant{"CONE-5", "is slow"}});
  const std::string text = out.str();
  EXPECT_THAT(text, testing::HasSubstr("\nCONE-5 (MUST, server): CONE-5.stranger "));
  EXPECT_THAT(text, testing::HasSubstr("\n  mutants: is deaf; is slow\nCONE-6 (MUST, "));
}

TEST(Coverage, CasesAreDocumented) {
  for (const Case& each : all_cases()) {
    EXPECT_NE(each.id.find('.'), std::string_view::npos) << each.id;
    EXPECT_LE(each.id.size(), 36u) << each.id;
    EXPECT_TRUE(each.why.ends_with('.')) << each.id;
    EXPECT_EQ(std::ranges::count(each.why, '\n'), 0) << each.id;
    EXPECT_LE(each.why.size(), 80u) << each.id;
  }
}

TEST(Coverage, ServersComeFirstAndSectionsInTheSpecsOrder) {
  const auto& cases = all_cases();
  EXPECT_EQ(cases.front().rule(), "HDR-1");
  EXPECT_EQ(cases.back().rule(), "EXPECTED-1");
  EXPECT_TRUE(std::ranges::is_sorted(cases, {}, &Case::side));
}

}  // namespace
}  // namespace fullcone::conformance
