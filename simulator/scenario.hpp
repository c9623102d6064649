// Stories that a world is put through. Each file of scenarios/ registers its own:
//
//   SCENARIO(hello_with_a_stranger, "An unknown peer's datagram reaches the app.") {
//     auto& client = world.client({.delay = 20ms});
//     ...
//     EXPECT(world.run_until([&] { return first.received("ping"); }, 2s));
//   }
//
// A story runs under the judges of its world; when it is over everyone leaves, and nothing may be
// left. It draws what it needs from world.random(), so that a seed is a variant of it.
// A scenario may instead draw a Life, which can be shrunk and saved:
//
//   LIFE(swarm, "Each seed is a kind of life of its own.") { return draw_swarm(seed); }
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/world.hpp"

namespace fullcone::sim {

struct Life;

struct Scenario {
  std::string name;        // "hello-with-a-stranger"
  std::string_view moral;  // what it shows, in a line
  void (*story)(World&) = nullptr;
  Life (*life)(std::uint64_t seed) = nullptr;  // instead of a story: one that is data
};

// All that are linked, by name.
const std::vector<Scenario>& scenarios();

// What one seed's run of a scenario came to.
struct Outcome {
  std::vector<Finding> findings;
  std::uint64_t trace_hash = 0;
  std::uint64_t events = 0;
  Duration virtual_time{};
};
// Called before anything happens, for who wants to look on.
using Onlooker = std::function<void(Trace&)>;
Outcome run(const Scenario& scenario, std::uint64_t seed, const WorldSettings& settings = {},
            const Onlooker& onlooker = {});
// The same of a life, whoever wrote it.
Outcome run(const Life& life, std::uint64_t seed, const WorldSettings& settings = {},
            const Onlooker& onlooker = {});

class ScenarioRegistration {
 public:
  // `identifier` with its underscores as hyphens is the scenario's name.
  ScenarioRegistration(std::string_view identifier, std::string_view moral, void (*story)(World&));
  ScenarioRegistration(std::string_view identifier, std::string_view moral,
                       Life (*life)(std::uint64_t seed));
};

}  // namespace fullcone::sim

// Defines and registers a scenario; its body has `World& world`.
#define SCENARIO(identifier, moral)                                                              \
  static void identifier(::fullcone::sim::World& world);                                         \
  static const ::fullcone::sim::ScenarioRegistration registered_##identifier(#identifier, moral, \
                                                                             identifier);        \
  static void identifier(::fullcone::sim::World& world)

// The same for one that is a life; its body has `std::uint64_t seed`.
#define LIFE(identifier, moral)                                                                  \
  static ::fullcone::sim::Life identifier(std::uint64_t seed);                                   \
  static const ::fullcone::sim::ScenarioRegistration registered_##identifier(#identifier, moral, \
                                                                             identifier);        \
  static ::fullcone::sim::Life identifier(std::uint64_t seed)

// Notes what does not hold, and ends the story.
#define EXPECT(condition)                               \
  do {                                                  \
    if (!world.expect((condition), #condition)) return; \
  } while (false)
