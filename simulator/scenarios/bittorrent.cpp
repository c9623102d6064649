#include "simulator/scenario.hpp"

namespace fullcone::sim {

SCENARIO(bittorrent_swarm,
         "Up to 2,000 peers that a tracker has told of the app's port write to it, and each is "
         "answered by that same port.") {
  Random random = world.random("swarm");
  const std::size_t size = random.chance(0.05) ? 2000 : random.between(30, 200);
  auto& client = world.client({.delay = 15ms});
  auto& app = client.udp();
  auto& tracker = world.peer();
  app.send_to(tracker, "announce");
  EXPECT(world.run_until([&] { return tracker.received("announce"); }, 5s));
  const Endpoint port = tracker.last_source();

  const auto swarm = world.peers(size);
  for (Peer* const peer : swarm) {
    peer->send_to(port, "handshake of " + peer->endpoint().to_string());
    world.run_for(Duration(random.below(3'000'000)));
  }
  world.run_for(1s);
  EXPECT(app.received().size() == size);
  for (const AppDatagram& got : std::vector(app.received())) {
    app.send_to(got.source, "piece for " + to_string(got.source));
    world.run_for(1ms);
  }
  world.run_for(2s);
  for (const Peer* const peer : swarm) {
    EXPECT(peer->received("piece for " + peer->endpoint().to_string()));
    EXPECT(peer->last_source() == port);
  }
  EXPECT(world.server().external_ports().size() == 1);
}

}  // namespace fullcone::sim
