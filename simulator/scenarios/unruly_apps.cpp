#include "simulator/unruly_apps.hpp"

#include "simulator/scenario.hpp"

namespace fullcone::sim {

SCENARIO(unruly_apps, "Whatever apps do, the client takes only what it may, and frees the rest.") {
  UnrulyApps apps(world, 200);
  apps.live();
  EXPECT(world.server().running());
}

}  // namespace fullcone::sim
