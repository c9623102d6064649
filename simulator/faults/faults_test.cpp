// The judges bite: each planted fault is found by the random sweep and the rule that it breaks is
// named, while the core as it is passes the same seeds. A table of all ends the run.
#include <gtest/gtest.h>

#include <algorithm>
#include <exception>
#include <iomanip>
#include <iostream>
#include <optional>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "simulator/faults/planted.hpp"
#include "simulator/life/draw.hpp"
#include "simulator/life/draw_unruly.hpp"
#include "simulator/life/play.hpp"
#include "simulator/world.hpp"

namespace fullcone {

namespace faults {
void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }  // NOLINT: gtest's name
}  // namespace faults

namespace sim {
namespace {

constexpr std::uint64_t kMostSeeds = 2000;

// One seed of the random sweep, or of the one that is about mux: what the judges found.
std::vector<Finding> run_random(std::uint64_t seed, bool with_mux) {
  World world(seed, {.shuffle_ties = seed % 2 == 0});
  try {
    if (with_mux) {
      play(world, draw_mux_swarm(seed));
    } else if (seed % 4 == 0) {
      play(world, draw_swarm(seed));
    } else if (seed % 4 == 1) {
      play(world, draw_unruly_apps(seed));
    } else {
      play(world, draw_unruly_clients(seed));
    }
    world.finish();
  } catch (const std::exception& exception) {  // a table that the fault has broken
    world.findings().add(world.now(), "INVARIANT", exception.what());
  }
  return world.findings().all();
}

// Each seed up to `last` once in a run of the tests.
void expect_nothing_without_a_fault(std::uint64_t last, bool with_mux) {
  static std::uint64_t passed_by_kind[2] = {};
  std::uint64_t& passed = passed_by_kind[with_mux ? 1 : 0];
  faults::plant(std::nullopt);
  for (; passed < last; ++passed) {
    const auto findings = run_random(passed + 1, with_mux);
    ASSERT_TRUE(findings.empty()) << "seed " << passed + 1 << ": " << findings.front().rule << ", "
                                  << findings.front().what;
  }
}

struct Verdict {
  std::uint64_t seeds = 0;
  std::optional<Finding> finding;  // that names the rule
  std::set<std::string> others;    // other rules named on the way
};

bool is_of_mux(const faults::Fault& fault) {
  return fault.rule.starts_with("MUX-") || fault.file.find("mux") != std::string_view::npos;
}

Verdict look_for(std::size_t number) {
  const faults::Fault& fault = faults::all()[number];
  faults::plant(number);
  Verdict verdict;
  while (!verdict.finding && verdict.seeds < kMostSeeds) {
    for (const Finding& finding : run_random(++verdict.seeds, is_of_mux(fault))) {
      if (finding.rule == fault.rule) {
        verdict.finding = finding;
        break;
      }
      verdict.others.insert(finding.rule);
    }
  }
  return verdict;
}

// A row for each fault that was looked for; printed when all are done.
class Table : public testing::Environment {
 public:
  static void add(const faults::Fault& fault, const Verdict& verdict) {
    rows() << std::left << std::setw(42) << fault.name << std::setw(9) << fault.rule << std::right
           << std::setw(5) << verdict.seeds << "  " << verdict.finding->what << '\n';
  }
  void TearDown() override {
    if (!rows().str().empty()) {
      std::cout << "\nfault                                     rule     seeds  finding\n"
                << rows().str() << std::endl;
    }
  }

 private:
  static std::ostringstream& rows() {
    static std::ostringstream rows;
    return rows;
  }
};
const auto* const table = testing::AddGlobalTestEnvironment(new Table);

class PlantedFault : public testing::TestWithParam<faults::Fault> {};

TEST_P(PlantedFault, IsFoundAndNamed) {
  const auto number = static_cast<std::size_t>(
      std::ranges::find(faults::all(), GetParam().name, &faults::Fault::name) -
      faults::all().begin());
  const Verdict verdict = look_for(number);
  std::string others;
  for (const std::string& rule : verdict.others) others += ' ' + rule;
  ASSERT_TRUE(verdict.finding) << GetParam().file << ": executed " << faults::times_executed()
                               << " times by the last of " << verdict.seeds
                               << " seeds; named:" << others;
  Table::add(GetParam(), verdict);
  expect_nothing_without_a_fault(verdict.seeds, is_of_mux(GetParam()));
}

std::string test_name(const testing::TestParamInfo<faults::Fault>& fault) {
  std::string name(fault.param.name);
  std::ranges::replace(name, '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, PlantedFault,
                         testing::ValuesIn(faults::all().begin(), faults::all().end()), test_name);

TEST(PlantedFaults, AreManyAndEachHasItsName) {
  std::set<std::string_view> rules;
  for (const faults::Fault& fault : faults::all()) rules.insert(fault.rule);
  std::cout << faults::all().size() << " faults, " << rules.size() << " rules" << std::endl;
  EXPECT_GE(faults::all().size(), 80u);
}

}  // namespace
}  // namespace sim
}  // namespace fullcone
