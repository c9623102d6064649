// The order of a run: with several workers, when it is stopped, and when the subject goes.
#include "conformance/schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>

#include "conformance/simulated/simulated_nat_testbed.hpp"
#include "conformance/simulated/simulated_testbed.hpp"

namespace fullcone::conformance {
namespace {

// The ids that a report hears of.
class Heard : public Report {
 public:
  explicit Heard(std::vector<std::string>& ids) : ids_(ids) {}
  void begin(const SubjectRun& run) override { ids_.push_back(std::to_string(run.cases)); }
  void add(const CaseResult& result) override { ids_.emplace_back(result.judged->id); }
  void end(const std::vector<CaseResult>&, const Outcome&) override {}

 private:
  std::vector<std::string>& ids_;
};

RunOptions options_for(std::vector<std::string> only, std::size_t jobs) {
  RunOptions options;
  options.selection.only = std::move(only);
  options.pace = kSimulatedPace;
  options.jobs = jobs;
  return options;
}

struct Ran {
  std::vector<std::string> heard;
  std::vector<CaseResult> results;
};

Ran run(const RunOptions& options) {
  Ran ran;
  std::vector<std::unique_ptr<Report>> reports;
  reports.push_back(std::make_unique<Heard>(ran.heard));
  SimulatedTestbed testbed(Side::server);
  run_cases(testbed, options, reports, ran.results);
  return ran;
}

TEST(Schedule, ManyWorkersTellTheSameInTheSameOrder) {
  const Ran one = run(options_for({"CONE-*"}, 1)), many = run(options_for({"CONE-*"}, 5));
  EXPECT_GT(one.heard.size(), 30u);
  EXPECT_EQ(one.heard, many.heard);
  EXPECT_TRUE(std::ranges::equal(one.results, many.results, {}, &CaseResult::verdict,
                                 &CaseResult::verdict));
}

TEST(Schedule, NothingSelectedIsNothingTold) {
  const Ran ran = run(options_for({"NO-SUCH"}, 2));
  EXPECT_TRUE(ran.heard.empty());
  EXPECT_TRUE(ran.results.empty());
}

TEST(Schedule, AStopKeepsWhatWasDone) {
  std::atomic<bool> stop = false;
  RunOptions options = options_for({"CONE-5"}, 1);
  options.pace.stop = &stop;
  options.amend = [&](CaseResult&) { stop = true; };  // after the first
  const Ran ran = run(options);
  EXPECT_EQ(ran.results.size(), 1u);
  EXPECT_EQ(ran.results.front().verdict, Verdict::pass);
}

TEST(Schedule, ACaseThatIsStoppedIsInconclusive) {
  const std::atomic<bool> stop = true;
  SimulatedTestbed testbed(Side::server);
  Pace pace = kSimulatedPace;
  pace.stop = &stop;
  const CaseResult result = run_case(all_cases().front(), testbed, pace, 1);
  EXPECT_EQ(result.verdict, Verdict::inconclusive);
  EXPECT_EQ(result.evidence.seen, "the run was stopped");
}

TEST(Schedule, ACaseThatTakesTooLongIsInconclusive) {
  RunOptions options = options_for({"CONE-5.stranger"}, 1);
  options.pace.case_limit = 15ms;  // three links
  const Ran ran = run(options);
  ASSERT_EQ(ran.results.size(), 1u);
  EXPECT_EQ(ran.results.front().verdict, Verdict::inconclusive);
  EXPECT_EQ(ran.results.front().evidence.seen, "the case was not over within 15 ms");
}

// Stands as long as its case runs.
struct Running : Wiretap {
  explicit Running(std::atomic<int>& counted) : count(counted) { ++count; }
  ~Running() override { --count; }
  void decrypted(const Passed&) override {}
  void captured(const Passed&) override {}
  void key(std::string_view) override {}
  std::atomic<int>& count;
};

TEST(Schedule, WhatHasToBeAloneComesLastAndIsToldInItsPlace) {
  SimulatedNatTestbed testbed(nat_subject());
  RunOptions options = options_for({"RFC4787-REQ-11", "RFC4787-REQ-12"}, 4);
  std::atomic<int> running = 0, begun = 0, beside_the_lonely = -1, before_the_lonely = -1;
  options.make_wiretap = [&](const Testbed&, const Case& judged) {
    auto one = std::make_unique<Running>(running);
    if (judged.traits.alone) {
      beside_the_lonely = running - 1;
      before_the_lonely = begun.load();
    }
    ++begun;
    return one;
  };
  std::vector<CaseResult> results;
  run_cases(testbed, options, {}, results);
  EXPECT_EQ(beside_the_lonely, 0);
  ASSERT_GT(results.size(), 3u);
  EXPECT_EQ(before_the_lonely, static_cast<int>(results.size()) - 1);
  EXPECT_FALSE(results.back().judged->traits.alone);
  EXPECT_TRUE(std::ranges::is_sorted(
      results, {}, [](const CaseResult& each) { return each.judged - all_cases().data(); }));
}

// Lives through the calibration and one case.
class DyingNetwork : public SimulatedTestbed {
 public:
  DyingNetwork() : SimulatedTestbed(Side::server) {}
  Network& begin(std::uint64_t seed) override {
    if (++begun_ > 2) throw SubjectGone{"gone for good"};
    return SimulatedTestbed::begin(seed);
  }

 private:
  int begun_ = 0;
};

TEST(Schedule, ASubjectThatGoesIsToldAfterWhatWasDone) {
  std::vector<CaseResult> results;
  DyingNetwork testbed;
  EXPECT_THROW(run_cases(testbed, options_for({"CONE-5"}, 1), {}, results), SubjectGone);
  EXPECT_EQ(results.size(), 1u);
}

}  // namespace
}  // namespace fullcone::conformance
