// What the program does: each command prints, and returns what to exit with.
#pragma once

#include "simulator/sweep/options.hpp"

namespace fullcone::sim {

Exit list_scenarios();
Exit replay_file(const Options& options);
Exit sweep_seeds(const Options& options);

}  // namespace fullcone::sim
