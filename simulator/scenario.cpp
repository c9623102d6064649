#include "simulator/scenario.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "simulator/life/play.hpp"

namespace fullcone::sim {
namespace {

std::vector<Scenario>& registry() {
  static std::vector<Scenario> all;
  return all;
}

void enter(std::string_view identifier, Scenario scenario) {
  scenario.name = identifier;
  std::ranges::replace(scenario.name, '_', '-');
  auto& all = registry();
  all.insert(std::ranges::lower_bound(all, scenario.name, {}, &Scenario::name),
             std::move(scenario));
}

// An exception is a table that the core has broken.
template <class Story>
Outcome run_in(World& world, const Onlooker& onlooker, Story&& story) {
  if (onlooker) onlooker(world.trace());
  try {
    story();
    world.finish();
  } catch (const std::exception& exception) {
    world.findings().add(world.now(), "INVARIANT", exception.what());
  }
  return {world.findings().all(), world.trace_hash(), world.events_happened(),
          world.now().time_since_epoch()};
}

}  // namespace

const std::vector<Scenario>& scenarios() { return registry(); }

ScenarioRegistration::ScenarioRegistration(std::string_view identifier, std::string_view moral,
                                           void (*story)(World&)) {
  enter(identifier, {{}, moral, story});
}

ScenarioRegistration::ScenarioRegistration(std::string_view identifier, std::string_view moral,
                                           Life (*life)(std::uint64_t seed)) {
  enter(identifier, {{}, moral, nullptr, life});
}

Outcome run(const Scenario& scenario, std::uint64_t seed, const WorldSettings& settings,
            const Onlooker& onlooker) {
  if (scenario.life != nullptr) return run(scenario.life(seed), seed, settings, onlooker);
  World world(seed, settings);
  return run_in(world, onlooker, [&] {
    world.tell_story(scenario.name + ", seed " + std::to_string(seed));
    scenario.story(world);
  });
}

Outcome run(const Life& life, std::uint64_t seed, const WorldSettings& settings,
            const Onlooker& onlooker) {
  World world(seed, settings);
  return run_in(world, onlooker, [&] { play(world, life); });
}

}  // namespace fullcone::sim
