#include "simulator/scenario.hpp"

namespace fullcone::sim {

SCENARIO(slow_reader,
         "A client that does not read its CRUMFURS costs a bounded queue; others go on, and it is "
         "served again when it reads.") {
  auto& slow = world.client();
  auto& quick = world.client();
  auto& peer = world.peer();
  auto& flooder = world.peer();
  slow.udp().send_to(peer, "slow");
  EXPECT(world.run_until([&] { return peer.received("slow"); }, 5s));
  const Endpoint port = peer.last_source();
  const auto crumfurs = slow.server_streams(Command::crumfurs).at(0);
  crumfurs->pause(Pause::by_owner);

  for (std::uint32_t i = 0; i < 2000; ++i) {
    Bytes payload(1000);
    payload[0] = static_cast<std::uint8_t>(i);
    payload[1] = static_cast<std::uint8_t>(i >> 8);
    flooder.send_to(port, payload);
    world.run_for(100us);
  }
  quick.udp().send_to(peer, "quick");
  EXPECT(world.run_until([&] { return peer.received("quick"); }, 5s));
  EXPECT(world.server().core().counters().dropped_crumfurs_full > 1000);

  crumfurs->resume(Pause::by_owner);
  world.run_for(5s);
  flooder.send_to(port, "after the flood");
  EXPECT(
      world.run_until([&] { return slow.udp().received(from(flooder, "after the flood")); }, 5s));
}

}  // namespace fullcone::sim
