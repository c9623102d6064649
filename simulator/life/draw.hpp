// Lives drawn from a seed.
#pragma once

#include <cstdint>

#include "simulator/life/features.hpp"

namespace fullcone::sim {

// The same for the same seed and features, on every machine.
Life draw_life(std::uint64_t seed, const Features& features);

// Swarm testing (Groce et al., 2012): each seed switches whole features on or off, so that lives
// are of different kinds and what needs an absence is found too.
Life draw_swarm(std::uint64_t seed);
// The same, and each with clients that use mux.
Life draw_mux_swarm(std::uint64_t seed);
Features draw_features(std::uint64_t seed);

}  // namespace fullcone::sim
