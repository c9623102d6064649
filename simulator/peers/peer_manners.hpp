// What remote peers do, beside nothing and echo: the good, the odd and the hostile.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "simulator/world.hpp"

namespace fullcone::sim {

// ----- answers to each datagram
// The first one gets the first answer, and so on; the rest get none.
void follow_script(Peer& peer, std::vector<std::string> answers);
// Echoes by another socket: another port of the same host, or another host.
void answer_from(Peer& peer, Peer& other);
// Echoes with the address of `other`, which had no part in it.
void answer_as(World& world, Peer& peer, const Peer& other);
// With an empty datagram and one of 65,507 octets, the most that UDP carries over IPv4.
void answer_with_extremes(Peer& peer);

// ----- attacks, in the background from now on
struct Flood {
  std::size_t datagrams = 1000;
  std::size_t octets = 100;  // of each, at least 8; no two are the same
  Duration interval = 1ms;
};
void flood(World& world, Peer& peer, const Endpoint& to, const Flood& flood = {});
// From source addresses that are nobody's, a new one for each datagram.
void spray_from_nowhere(World& world, Peer& peer, const Endpoint& to, const Flood& flood = {});

}  // namespace fullcone::sim
