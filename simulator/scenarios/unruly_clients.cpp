#include "simulator/life/draw_unruly.hpp"
#include "simulator/scenario.hpp"

namespace fullcone::sim {

LIFE(unruly_clients,
     "Whatever clients do, the server does what the rules say, and frees what was theirs.") {
  return draw_unruly_clients(seed);
}

}  // namespace fullcone::sim
