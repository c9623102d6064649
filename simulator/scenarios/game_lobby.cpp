#include <algorithm>

#include "simulator/peers/hole_punching.hpp"
#include "simulator/scenario.hpp"

namespace fullcone::sim {
namespace {

NatBehaviour any_nat(Random& random) {
  return {.mapping = Dependence{static_cast<std::uint8_t>(random.below(3))},
          .filtering = Dependence{static_cast<std::uint8_t>(random.below(3))},
          .ports = random.chance(0.5) ? PortAssignment::preservation : PortAssignment::random};
}

}  // namespace

SCENARIO(game_lobby_with_hole_punching,
         "A player behind the proxy meets a friend behind any NAT that there is, and they play.") {
  Random random = world.random("lobby");
  auto& lobby = world.add<Rendezvous>();
  // Mapping by destination would do only when the friend happens to be heard first (CONE-2).
  ClientSettings settings;
  settings.mapping = MappingPolicy::endpoint_independent;
  auto& client =
      world.client(world.nat(any_nat(random)), {.delay = 30ms, .jitter = 10ms}, settings);
  auto& player = client.udp();
  auto& friends_nat = world.nat(any_nat(random));
  auto& friend_ = world.peer(friends_nat, {.delay = 15ms, .loss = 0.02});

  auto& here = world.add<HolePuncher>(player, lobby.endpoint(), "deathmatch");
  auto& there = world.add<HolePuncher>(friend_, lobby.endpoint(), "deathmatch");
  EXPECT(world.run_until([&] { return here.through() && there.through(); }, 15s));
  EXPECT(here.far()->ip == friends_nat.external_addresses().front());

  for (int move = 0; move < 50; ++move) {
    player.send_to(*here.far(), "mine " + std::to_string(move));
    friend_.send_to(*there.far(), "yours " + std::to_string(move));
    world.run_for(33ms);
  }
  world.run_for(1s);
  // A friend behind a NAT of many mappings may be seen at two of its ports.
  const auto is_move = [](const auto& got) { return as_text(got.payload).starts_with("yours "); };
  EXPECT(std::ranges::count_if(player.received(), is_move) > 35);
  int mine = 0;
  for (int move = 0; move < 50; ++move)
    mine += friend_.received("mine " + std::to_string(move)) ? 1 : 0;
  EXPECT(mine > 35);
}

}  // namespace fullcone::sim
