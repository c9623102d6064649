// From what happens in a case to its verdict. The subject is the simulated server, sometimes
// posing as a live one, where what is missing may have been lost.
#include "conformance/run.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "conformance/simulated/simulated_testbed.hpp"

namespace fullcone::conformance {
namespace {

class PosingAsLive : public Testbed {
 public:
  Side side() const override { return Side::server; }
  bool is_simulated() const override { return false; }
  std::string subject() const override { return "posing"; }
  const SubjectFacts& facts() const override { return simulated_.facts(); }
  Network& begin(std::uint64_t seed) override { return simulated_.begin(seed); }

 private:
  SimulatedTestbed simulated_{Side::server};
};

int attempts = 0;

void passes(ServerBed& bed) { bed.open_session(); }
void fails(ServerBed& bed) { EXPECT(bed.random_id() == Uuid{}); }
void skips(ServerBed& bed) { bed.skip("not here"); }
void is_unsupported(ServerBed& bed) { bed.unsupported("not offered"); }
void throws(ServerBed&) { throw std::runtime_error("oops"); }
void is_missing_something(ServerBed& bed) { bed.peer().receive(); }
void always_loses(ServerBed& bed) {
  ++attempts;
  const Peer peer = bed.peer();
  bed.peer().send_to(peer.endpoint(), "one that may be lost");
  bed.peer().receive();
}
void loses_the_first_time(ServerBed& bed) {
  if (attempts++ == 0) bed.peer().receive();
}
void loses_and_then_skips(ServerBed& bed) {
  if (attempts++ == 0) bed.peer().receive();
  bed.skip("not here");
}
void waits_for_long(ServerBed& bed) { bed.pass(1h, "patience"); }

Case case_of(void (*body)(ServerBed&), Traits traits = {}) {
  return {"CONE-5.test", "Why.", body, traits, "file.cpp", 1};
}

CaseResult run_on(Testbed& testbed, const Case& judged) {
  Pace pace = kSimulatedPace;
  return run_case(judged, testbed, pace, 1);
}

Verdict simulated_verdict(void (*body)(ServerBed&)) {
  SimulatedTestbed testbed(Side::server);
  const Case judged = case_of(body);
  return run_on(testbed, judged).verdict;
}

TEST(Run, VerdictsFollowFromWhatEndsABody) {
  EXPECT_EQ(simulated_verdict(&passes), Verdict::pass);
  EXPECT_EQ(simulated_verdict(&fails), Verdict::fail);
  EXPECT_EQ(simulated_verdict(&skips), Verdict::skipped);
  EXPECT_EQ(simulated_verdict(&is_unsupported), Verdict::unsupported);
  EXPECT_EQ(simulated_verdict(&throws), Verdict::fail);
  EXPECT_EQ(simulated_verdict(&is_missing_something), Verdict::fail);
}

TEST(Run, FailuresHaveEvidence) {
  SimulatedTestbed testbed(Side::server);
  const Case judged = case_of(&is_missing_something);
  const auto evidence = run_on(testbed, judged).evidence;
  EXPECT_NE(evidence.reason().find("expected a datagram at peer 1"), std::string::npos);
}

TEST(Run, NothingIsTriedAgainWhereNothingIsLost) {
  attempts = 0;
  EXPECT_EQ(simulated_verdict(&loses_the_first_time), Verdict::fail);
  EXPECT_EQ(attempts, 1);
}

TEST(Run, WhatCannotBeJudgedAtTheNextAttemptHasNotFailed) {
  attempts = 0;
  PosingAsLive testbed;
  const Case judged = case_of(&loses_and_then_skips);
  const auto result = run_on(testbed, judged);
  EXPECT_EQ(result.verdict, Verdict::skipped);
  EXPECT_EQ(result.evidence.seen, "not here");
}

TEST(Run, WhatArrivesAtTheNextAttemptWasLost) {
  attempts = 0;
  PosingAsLive testbed;
  const Case judged = case_of(&loses_the_first_time);
  const auto result = run_on(testbed, judged);
  EXPECT_EQ(result.verdict, Verdict::inconclusive);
  EXPECT_NE(result.evidence.seen.find("attempt 2 passed"), std::string::npos);
}

TEST(Run, WhatNeverArrivesFails) {
  PosingAsLive testbed;
  const Case judged = case_of(&is_missing_something);
  EXPECT_EQ(run_on(testbed, judged).verdict, Verdict::fail);
}

TEST(Run, WhereTooMuchIsLostToTellNothingIsTriedAgain) {
  attempts = 0;
  PosingAsLive testbed;
  const Case judged = case_of(&always_loses);
  Pace pace = kSimulatedPace;
  pace.loss = 0.99999;
  EXPECT_EQ(run_case(judged, testbed, pace, 1).verdict, Verdict::inconclusive);
  EXPECT_EQ(attempts, 1);
}

TEST(Run, ACaseOutOfPlaceIsSkippedWithTheReason) {
  PosingAsLive live;
  SimulatedTestbed simulated(Side::server);
  const Case in_world = case_of(&throws, {.simulated_only = "needs a world"});
  const Case on_wire = case_of(&throws, {.live_only = "needs a kernel"});
  EXPECT_EQ(run_on(live, in_world).verdict, Verdict::skipped);
  EXPECT_EQ(run_on(live, in_world).evidence.seen, "needs a world");
  EXPECT_EQ(run_on(simulated, on_wire).verdict, Verdict::skipped);
}

TEST(Run, VirtualTimeCostsNoPatience) {
  EXPECT_EQ(simulated_verdict(&waits_for_long), Verdict::pass);
}

TEST(Run, TheSameSeedIsTheSameRun) {
  SimulatedTestbed testbed(Side::server);
  const Case judged = case_of(&fails);
  EXPECT_EQ(run_on(testbed, judged).evidence.seen, run_on(testbed, judged).evidence.seen);
}

TEST(Run, SelectsBySideProfileAndPattern) {
  RunOptions options;
  EXPECT_LT(selected_cases(Side::nat, options).size(), 40u);  // not the cones, nor --expect
  options.selection.only = {"*"};
  std::size_t all = 0;
  for (const Side side : {Side::server, Side::client, Side::nat}) {
    all += selected_cases(side, options).size();
  }
  EXPECT_EQ(all, all_cases().size());
  options.selection.only.clear();
  options.profiles = {"v0"};
  for (const Case* const each : selected_cases(Side::server, options)) {
    EXPECT_EQ(each->traits.profile, "v0");
  }
  options.profiles.clear();
  options.selection.only = {"CONE-5.stranger"};
  EXPECT_EQ(selected_cases(Side::server, options).size(), 1u);
  EXPECT_TRUE(selected_cases(Side::client, options).empty());
}

}  // namespace
}  // namespace fullcone::conformance
