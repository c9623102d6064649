#include "simulator/life/play.hpp"

#include <algorithm>

#include "simulator/life/endings.hpp"
#include "simulator/life/player.hpp"
#include "simulator/life/sentence.hpp"

namespace fullcone::sim {

void play(World& world, const Life& life) {
  Player player(world, life);
  const TimePoint began = world.now();
  for (const Event& event : life.events) {
    world.run_for(std::max(began + event.at - world.now(), Duration{}));
    world.tell_story(sentence(event));
    player.act(event);
  }
  check_echoes(world, player.cast(), life);
  if (life.heals_within != Duration::zero()) heal(world, player.cast(), life.heals_within);
}

}  // namespace fullcone::sim
