// Lives a life: makes a world's things from the plan, lets the events happen at their times, and
// asks at the end whether everything heals.
#pragma once

#include "simulator/life/life.hpp"
#include "simulator/world.hpp"

namespace fullcone::sim {

// `world` has nobody yet; its seed decides the network's chance. Leaves finish() to the caller.
void play(World& world, const Life& life);

}  // namespace fullcone::sim
