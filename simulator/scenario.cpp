#include "simulator/scenario.hpp"

#include <algorithm>

namespace fullcone::sim {
namespace {

std::vector<Scenario>& registry() {
  static std::vector<Scenario> all;
  return all;
}

}  // namespace

const std::vector<Scenario>& scenarios() { return registry(); }

ScenarioRegistration::ScenarioRegistration(std::string_view identifier, std::string_view moral,
                                           void (*story)(World&)) {
  std::string name(identifier);
  std::ranges::replace(name, '_', '-');
  auto& all = registry();
  const auto place = std::ranges::lower_bound(all, name, {}, &Scenario::name);
  all.insert(place, {std::move(name), moral, story});
}

Outcome run(const Scenario& scenario, std::uint64_t seed, const WorldSettings& settings,
            const Trace::Sink& show) {
  World world(seed, settings);
  if (show) world.trace().show(show);
  world.tell_story(scenario.name + ", seed " + std::to_string(seed));
  scenario.story(world);
  world.finish();
  return {world.findings().all(), world.trace_hash(), world.events_happened(),
          world.now().time_since_epoch()};
}

}  // namespace fullcone::sim
