// What counts as the same verdict, and what is not compared.
#include "conformance/parity.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace fullcone::conformance {
namespace {

CaseResult result_of(std::size_t which, Verdict verdict) {
  CaseResult result;
  result.judged = &all_cases().at(which);
  result.verdict = verdict;
  if (verdict != Verdict::pass) result.evidence.seen = "because";
  return result;
}

TEST(Parity, TheSameVerdictsAreSame) {
  const std::vector<CaseResult> one{result_of(0, Verdict::pass), result_of(1, Verdict::fail)};
  const Parity parity = compare(one, one);
  EXPECT_EQ(parity.same, 2u);
  EXPECT_EQ(parity.exit_code(), 0);
}

TEST(Parity, ADifferenceIsToldWithBothReasons) {
  const std::vector<CaseResult> simulated{result_of(0, Verdict::pass), result_of(1, Verdict::pass)};
  const std::vector<CaseResult> live{result_of(1, Verdict::fail), result_of(0, Verdict::pass)};
  const Parity parity = compare(simulated, live);
  EXPECT_EQ(parity.exit_code(), 1);
  std::ostringstream told;
  print_parity(told, parity);
  const std::string id(all_cases().at(1).id);
  EXPECT_EQ(told.str(), "  differs  " + id +
                            "\n    simulated: pass\n    live: fail, because\n"
                            "  parity   1 same, 1 differ, 0 not compared\n");
}

TEST(Parity, WhatWasNotJudgedIsNotCompared) {
  CaseResult known = result_of(2, Verdict::fail);
  known.expectation = Expectation::met;
  const std::vector<CaseResult> simulated{result_of(0, Verdict::pass),
                                          result_of(1, Verdict::skipped),
                                          result_of(2, Verdict::pass), result_of(3, Verdict::pass)};
  const std::vector<CaseResult> live{result_of(0, Verdict::inconclusive),
                                     result_of(1, Verdict::pass), known};
  const Parity parity = compare(simulated, live);
  EXPECT_EQ(parity.not_compared.size(), 4u);
  EXPECT_TRUE(parity.differences.empty());
  EXPECT_EQ(parity.exit_code(), 2);  // and so it is not taken for agreement
}

}  // namespace
}  // namespace fullcone::conformance
