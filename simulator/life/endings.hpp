// What is asked of a life when its last event has happened.
#pragma once

#include "simulator/life/cast.hpp"

namespace fullcone::sim {

// Notes a finding for each TCP app of an echoing target that got other octets than it sent.
void check_echoes(World& world, Cast& cast, const Life& life);

// Ends all faults, waits until dead connections must have been found, and notes a finding for each
// app that is still there and does not reach a peer `within` that time.
void heal(World& world, Cast& cast, Duration within);

}  // namespace fullcone::sim
