// One of the NATs that exist, drawn.
#pragma once

#include "base/random.hpp"
#include "simulator/nat_behaviour.hpp"

namespace fullcone::sim {

NatBehaviour draw_nat(Random& random);

}  // namespace fullcone::sim
