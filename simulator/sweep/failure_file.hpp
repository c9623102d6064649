// A failing run made into the smallest file that fails likewise.
#pragma once

#include <string>
#include <variant>

#include "simulator/life/replay.hpp"
#include "simulator/sweep/work.hpp"

namespace fullcone::sim {

// Shrinks the run's life while the first rule that broke still breaks; a story is kept by its name
// and seed. The text has comments on how it was found.
std::string failure_text(const Job& job, const Outcome& outcome, const WorldSettings& settings);

// Plays what a file says. Precondition: its scenario is known, or it is a life.
Outcome play(const Replay& replay, const Onlooker& onlooker = {});

// The registered scenario of that name; null: there is none.
const Scenario* find_scenario(std::string_view name);

}  // namespace fullcone::sim
