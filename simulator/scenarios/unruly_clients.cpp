#include "simulator/unruly_clients.hpp"

#include "simulator/scenario.hpp"

namespace fullcone::sim {

SCENARIO(unruly_clients,
         "Whatever clients do, the server does what the rules say, and frees what was theirs.") {
  UnrulyClients clients(world, {});
  clients.live();
  EXPECT(world.server().running());
}

}  // namespace fullcone::sim
