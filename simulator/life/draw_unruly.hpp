// Lives of clients and apps that nobody has tested, drawn from a seed and spoken by hand.
#pragma once

#include <cstdint>

#include "simulator/life/life.hpp"

namespace fullcone::sim {

// To a server: requests of every kind and none, cut anywhere; sessions shared and stolen, channels
// piled on one destination, octets where none may be; streams left, half-closed, cut and not read.
Life draw_unruly_clients(std::uint64_t seed);

// To a client: handshakes in one piece, with right, wrong and no credentials; octets behind a
// CONNECT before its reply; relays written to from other ports and by neighbours, with fragments
// and nonsense.
Life draw_unruly_apps(std::uint64_t seed);

}  // namespace fullcone::sim
