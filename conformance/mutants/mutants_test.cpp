// The suite, tested: every mutant is killed by a case of the rule that it breaks, an honest subject
// behind an idle tamperer passes everything, and who only pretends passes nothing.
#include "conformance/mutants/mutant.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <set>

#include "conformance/mutants/kill_matrix.hpp"
#include "conformance/mutants/tampered_network.hpp"
#include "conformance/schedule.hpp"

namespace fullcone::conformance {

// For Google Test, which finds it by the type's namespace.
void PrintTo(const Mutant& mutant, std::ostream* out) {  // NOLINT(readability-identifier-naming)
  *out << to_string(mutant.side) << ", " << mutant.rule << ": " << mutant.fault;
}

namespace {

std::vector<CaseResult> run_all(Testbed& testbed, const RunOptions& options) {
  std::vector<CaseResult> results;
  run_cases(testbed, options, {}, results);
  return results;
}

RunOptions simulated_options() {
  RunOptions options;
  options.pace = kSimulatedPace;
  return options;
}

TEST(KillMatrix, EveryMutantIsKilledByItsRuleAndEveryCaseKills) {
  const std::vector<Mutant> mutants = all_mutants();
  const auto matrix = kill_matrix(mutants);
  EXPECT_GE(matrix.size(), 60u);
  for (const MutantTried& tried : matrix) {
    EXPECT_TRUE(tried.is_killed_by_its_rule())
        << tried.mutant->rule << ": " << tried.mutant->fault << " lives";
  }
  for (const Case* const idle : cases_without_kill(matrix)) {
    ADD_FAILURE() << idle->id << " kills no mutant";
  }
}

std::string name_of(const testing::TestParamInfo<Mutant>& info) {
  std::string name(to_string(info.param.side));
  for (const char c : "_" + std::string(info.param.rule) + "_" + std::string(info.param.fault)) {
    name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  }
  return name;
}

TEST(Mutants, HaveFaultsOfTheirOwn) {
  std::set<std::string_view> faults;
  for (const auto& mutant : all_mutants()) {
    EXPECT_TRUE(rule_index(mutant.rule)) << mutant.rule;
    EXPECT_TRUE(faults.insert(mutant.fault).second) << mutant.fault;
  }
}

struct Idle : Tamper {};
struct IdleReader : Tamper {
  bool reads_requests() const override { return true; }
};

class Honest : public testing::TestWithParam<Mutant> {};

TEST_P(Honest, PassesEverything) {
  for (const auto& result : run_all(*mutant_testbed(GetParam()), simulated_options())) {
    EXPECT_TRUE(result.verdict == Verdict::pass || result.verdict == Verdict::skipped ||
                result.verdict == Verdict::unsupported)
        << result.judged->id << ": " << result.evidence.reason();
  }
}

INSTANTIATE_TEST_SUITE_P(
    Alone, Honest,
    testing::Values(Mutant{.side = Side::server}, Mutant{.side = Side::client},
                    Mutant{.side = Side::client, .mode = ClientMode::mux},
                    Mutant{.side = Side::client, .mode = ClientMode::automatic},
                    Mutant{.side = Side::server,
                           .tune = [](ServerSettings& server,
                                      ClientSettings&) { server.mux = false; }},
                    Mutant{.side = Side::nat},
                    Mutant{.side = Side::nat, .pair = MappingPolicy::endpoint_independent}));
INSTANTIATE_TEST_SUITE_P(
    BehindATamperer, Honest,
    testing::Values(make_mutant<Idle>("", "idle", Side::server),
                    make_mutant<Idle>("", "idle", Side::client),
                    make_mutant<Idle>("", "idle", Side::nat),
                    make_mutant<IdleReader>("", "reads requests", Side::server),
                    make_mutant<IdleReader>("", "reads requests", Side::client)),
    name_of);

class Pretender : public testing::TestWithParam<Mutant> {};

TEST_P(Pretender, PassesNothing) {
  const auto results = run_all(*mutant_testbed(GetParam()), simulated_options());
  EXPECT_FALSE(results.empty());
  for (const auto& result : results) {
    EXPECT_NE(result.verdict, Verdict::pass) << result.judged->id;
  }
  EXPECT_EQ(exit_code(results, false), 1);
}

INSTANTIATE_TEST_SUITE_P(Mute, Pretender,
                         testing::Values(mute_subject(Side::server), mute_subject(Side::client),
                                         mute_subject(Side::nat)),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Babbling, Pretender,
                         testing::Values(babbling_subject(Side::server),
                                         babbling_subject(Side::client)),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Echoing, Pretender,
                         testing::Values(echoing_subject(Side::server),
                                         echoing_subject(Side::client)),
                         name_of);
INSTANTIATE_TEST_SUITE_P(YesSaying, Pretender,
                         testing::Values(yes_saying_subject(Side::server),
                                         yes_saying_subject(Side::client),
                                         yes_saying_subject(Side::nat)),
                         name_of);

}  // namespace
}  // namespace fullcone::conformance
