// What the sweep finds is made small enough to be read: lives in which a planted fault was found
// are shrunk while its rule still breaks. A table ends the test.
#include <gtest/gtest.h>

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <optional>
#include <string_view>
#include <vector>

#include "simulator/faults/planted.hpp"
#include "simulator/life/draw.hpp"
#include "simulator/life/replay.hpp"
#include "simulator/life/shrink.hpp"
#include "simulator/scenario.hpp"

namespace fullcone::sim {
namespace {

constexpr std::uint64_t kMostSeeds = 25;
constexpr std::size_t kMostTries = 600;

bool breaks(const Life& life, std::uint64_t seed, std::string_view rule) {
  const Outcome outcome = run(life, seed);
  return std::ranges::find(outcome.findings, rule, &Finding::rule) != outcome.findings.end();
}

std::optional<std::uint64_t> first_seed_that_breaks(std::string_view rule) {
  for (std::uint64_t seed = 1; seed <= kMostSeeds; ++seed) {
    if (breaks(draw_swarm(seed), seed, rule)) return seed;
  }
  return std::nullopt;
}

TEST(PlantedFaults, AreShownByAFewEvents) {
  std::vector<std::size_t> sizes;
  std::cout << "fault                                     rule     seed  events  shrunk  tries\n";
  for (std::size_t number = 0; number < faults::all().size() && sizes.size() < 12; ++number) {
    const faults::Fault& fault = faults::all()[number];
    faults::plant(number);
    const auto seed = first_seed_that_breaks(fault.rule);
    if (!seed) continue;
    const Life life = draw_swarm(*seed);
    const auto still_breaks = [&](const Life& smaller) {
      return breaks(smaller, *seed, fault.rule);
    };
    const Shrunk shrunk = shrink(life, still_breaks, kMostTries);
    EXPECT_TRUE(still_breaks(shrunk.life)) << fault.name;
    sizes.push_back(shrunk.life.events.size());
    std::cout << std::left << std::setw(42) << fault.name << std::setw(9) << fault.rule
              << std::right << std::setw(4) << *seed << std::setw(8) << life.events.size()
              << std::setw(8) << sizes.back() << std::setw(7) << shrunk.tries << '\n';
    if (sizes.size() == 1) std::cout << print_replay({.seed = *seed, .life = shrunk.life});
  }
  faults::plant(std::nullopt);
  ASSERT_GE(sizes.size(), 5u);
  std::ranges::sort(sizes);
  EXPECT_LT(sizes[sizes.size() / 2], 20u);
}

}  // namespace
}  // namespace fullcone::sim
