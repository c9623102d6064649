#include "simulator/scenario.hpp"

namespace fullcone::sim {

SCENARIO(one_of_two_devices_vanishes,
         "Two devices of one user; the power of one goes and comes back. It begins anew, what it "
         "had is released in time, and the other never notices.") {
  auto& lost = world.client({.delay = 20ms});
  auto& other = world.client({.delay = 30ms});
  auto& peer = world.peer();
  auto& before = lost.udp();
  before.send_to(peer, "before");
  EXPECT(world.run_until([&] { return peer.received("before"); }, 5s));
  other.udp().send_to(peer, "other");
  EXPECT(world.run_until([&] { return peer.received("other"); }, 5s));
  const Endpoint port_of_other = peer.last_source();

  lost.vanish();
  world.run_for(Duration(world.random("dark").below(20'000'000'000)));
  lost.start();
  auto& after = lost.open_udp();
  after.send_to(peer, "after");
  EXPECT(world.run_until([&] { return peer.received("after"); }, 5s));
  EXPECT(peer.last_source() != port_of_other);
  EXPECT(world.server().external_ports().size() == 3);

  const Duration released =
      KeepAlive{}.dead_after() + world.server().settings().limits.session.grace;
  EXPECT(world.run_until([&] { return world.server().external_ports().size() == 2; }, released));
  peer.send_to(port_of_other, "to the other");
  EXPECT(world.run_until([&] { return other.udp().received(from(peer, "to the other")); }, 5s));
  EXPECT(other.core().counters().crumfurs_lost == 0);
  EXPECT(before.received().empty() && after.received().empty());
}

}  // namespace fullcone::sim
