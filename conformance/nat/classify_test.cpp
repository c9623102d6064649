// What the suite says of simulated NATs is what they are set to, property by property; and the
// requirements that it then finds broken are the ones that RFC 4787 would.
#include "conformance/nat/classify.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "conformance/nat/observe.hpp"
#include "conformance/schedule.hpp"
#include "conformance/simulated/simulated_nat_testbed.hpp"

namespace fullcone::conformance {
namespace {

NatBehaviour seen_of(const SimulatedNetwork::NatSubject& nat) {
  SimulatedNatTestbed testbed(nat);
  Pace pace = kSimulatedPace;
  return classify(testbed, pace, 1).seen;
}

std::set<std::string> broken_by(const char* behaviour) {
  SimulatedNatTestbed testbed(nat_subject(parse_behaviour(behaviour)));
  RunOptions options;
  options.pace = kSimulatedPace;
  options.profiles = {"rfc4787"};
  std::vector<CaseResult> results;
  run_cases(testbed, options, {}, results);
  std::set<std::string> broken;
  for (const auto& result : results) {
    if (result.verdict == Verdict::fail) broken.emplace(result.judged->rule());
  }
  return broken;
}

// ----- mapping and filtering: all nine pairs

class Pair : public testing::TestWithParam<std::tuple<int, int>> {};

TEST_P(Pair, IsClassifiedAndJudged) {
  const auto mapping = static_cast<Dependence>(std::get<0>(GetParam()));
  const auto filtering = static_cast<Dependence>(std::get<1>(GetParam()));
  NatBehaviour nat;
  nat.mapping = mapping;
  nat.filtering = filtering;
  const NatBehaviour seen = seen_of(nat_subject(nat));
  EXPECT_EQ(seen.mapping, mapping);
  EXPECT_EQ(seen.filtering, filtering);

  const std::string words =
      "mapping=" + mapping_name(mapping) + ",filtering=" + filtering_name(filtering);
  const auto broken = broken_by(words.c_str());
  EXPECT_EQ(broken.contains("RFC4787-REQ-1"), mapping != Dependence::endpoint_independent);
  EXPECT_EQ(broken.contains("RFC4787-REQ-8"), filtering == Dependence::address_and_port_dependent);
  // Where each peer is sent to from another port and let in from its own alone, nobody can know
  // the port in time.
  const bool is_symmetric = mapping == Dependence::address_and_port_dependent &&
                            filtering == Dependence::address_and_port_dependent;
  EXPECT_EQ(broken.contains("RFC4787-REQ-9"),
            is_symmetric || *seen.hairpinning == Hairpinning::none);
}

INSTANTIATE_TEST_SUITE_P(Nine, Pair, testing::Combine(testing::Range(0, 3), testing::Range(0, 3)),
                         [](const auto& row) {
                           return mapping_name(static_cast<Dependence>(std::get<0>(row.param))) +
                                  "_" +
                                  filtering_name(static_cast<Dependence>(std::get<1>(row.param)));
                         });

// ----- every other property, and what breaks with it

struct Row {
  const char* behaviour;
  std::set<std::string> broken;
};

class Property : public testing::TestWithParam<Row> {};

TEST_P(Property, IsSeenAsItIsSetAndBreaksWhatItBreaks) {
  const NatBehaviour set = parse_behaviour(GetParam().behaviour);
  const NatBehaviour seen = seen_of(nat_subject(set));
  if (set.hairpinning) {
    EXPECT_EQ(seen.hairpinning, set.hairpinning);
  }
  if (set.ports) {
    EXPECT_EQ(seen.ports, set.ports);
  }
  if (set.parity) {
    EXPECT_EQ(seen.parity, set.parity);
  }
  if (set.pooling) {
    EXPECT_EQ(seen.pooling, set.pooling);
  }
  if (set.lifetime) {
    EXPECT_LE(seen.lifetime->at_least, set.lifetime->at_least);
    EXPECT_GE(*seen.lifetime->at_most, set.lifetime->at_least);
    EXPECT_LE(*seen.lifetime->at_most, set.lifetime->at_least * 5 / 4);
  }
  EXPECT_EQ(broken_by(GetParam().behaviour), GetParam().broken);
}

INSTANTIATE_TEST_SUITE_P(
    Each, Property,
    testing::Values(Row{"mapping=EIM,filtering=EIF", {}}, Row{"hairpin=yes", {}},
                    Row{"hairpin=no", {"RFC4787-REQ-9"}},
                    Row{"hairpin=internal-source", {"RFC4787-REQ-9A"}},
                    Row{"ports=preservation", {}}, Row{"ports=overloading", {"RFC4787-REQ-3"}},
                    Row{"ports=sequential", {}}, Row{"ports=random,parity=no", {}},
                    Row{"ports=random,parity=yes", {}}, Row{"pooling=one-address", {}},
                    Row{"pooling=paired", {}}, Row{"pooling=arbitrary", {"RFC4787-REQ-2"}},
                    Row{"lifetime>=20s", {"RFC4787-REQ-5", "RFC4787-REQ-5C"}},
                    Row{"lifetime>=130s", {"RFC4787-REQ-5C"}}, Row{"lifetime>=300s", {}}));

// ----- our own pair

TEST(ClassifiedPair, IsASeedConeOrAFullCone) {
  for (const auto mapping : {MappingPolicy::by_destination, MappingPolicy::endpoint_independent}) {
    const bool full = mapping == MappingPolicy::endpoint_independent;
    SimulatedNatTestbed testbed(mapping);
    Pace pace = kSimulatedPace;
    const NatBehaviour seen = classify(testbed, pace, 1).seen;
    EXPECT_EQ(mapping_name(*seen.mapping), full ? "EIM" : "APDM");
    EXPECT_EQ(filtering_name(*seen.filtering), "EIF");
    RunOptions options;
    options.pace = kSimulatedPace;
    options.profiles = {full ? "full-cone" : "seed-cone"};
    std::vector<CaseResult> results;
    run_cases(testbed, options, {}, results);
    EXPECT_FALSE(results.empty());
    for (const auto& result : results) {
      EXPECT_EQ(result.verdict, Verdict::pass) << result.judged->id << ": " << result.evidence.seen;
    }
  }
}

// ----- why each probe has endpoints of its own

TEST(Contamination, AnEarlierDatagramMakesAFilterLookOpen) {
  NatBehaviour restricted;
  restricted.filtering = Dependence::address_and_port_dependent;
  SimulatedNatTestbed testbed(nat_subject(restricted));
  Pace pace = kSimulatedPace;
  NatBed bed(testbed.begin(1), testbed.facts(), pace, 1);
  const Mapping mapping = bed.open_mapping();
  const Peer stranger = bed.peer();
  EXPECT_FALSE(bed.admits(mapping, stranger));
  bed.map(mapping.internal, stranger);
  EXPECT_TRUE(bed.admits(mapping, stranger));
  EXPECT_EQ(observe_filtering(bed), Dependence::address_and_port_dependent);  // fresh ones tell
}

}  // namespace
}  // namespace fullcone::conformance
