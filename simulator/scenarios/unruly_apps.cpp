#include "simulator/life/draw_unruly.hpp"
#include "simulator/scenario.hpp"

namespace fullcone::sim {

LIFE(unruly_apps, "Whatever apps do, the client takes only what it may, and frees the rest.") {
  return draw_unruly_apps(seed);
}

}  // namespace fullcone::sim
