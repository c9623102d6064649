// Runs a sweep's jobs on threads. Each run has a world of its own, so that runs share nothing but
// the tally.
#pragma once

#include <optional>
#include <string>

#include "simulator/sweep/tally.hpp"

namespace fullcone::sim {

// Prints findings as they come. nullopt: a file that was asked for could not be used, and stderr
// says which. `onlooker` sees the only run there is.
std::optional<Tally> sweep(const Work& work, const Options& options, const Onlooker& onlooker);

}  // namespace fullcone::sim
