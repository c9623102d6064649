#include "simulator/scenario.hpp"

namespace fullcone::sim {

SCENARIO(crumfurs_cut_mid_burst,
         "While strangers write, CRUMFURS is cut at any byte; the client comes back, the port is "
         "the same, and what arrived in between is delivered.") {
  Random random = world.random("cut");
  auto& client = world.client({.delay = 30ms, .jitter = 10ms});
  auto& app = client.udp();
  auto& first = world.peer();
  auto& stranger = world.peer();
  app.send_to(first, "ping");
  EXPECT(world.run_until([&] { return first.received("ping"); }, 5s));
  const Endpoint port = first.last_source();

  auto& crumfurs = *client.server_streams(Command::crumfurs).at(0);
  crumfurs.link().cut_after(crumfurs, random.below(1200));
  for (int i = 0; i < 100; ++i) {
    stranger.send_to(port, "message " + std::to_string(i));
    world.run_for(Duration(random.between(0, 20'000'000)));
  }
  world.run_for(2s);
  stranger.send_to(port, "the last one");
  EXPECT(world.run_until([&] { return app.received(from(stranger, "the last one")); }, 10s));
  EXPECT(client.core().counters().crumfurs_established == 2);
  EXPECT(app.received().size() > 50);  // lost is what was on its way when the cut came

  app.send_to(stranger, "got it");
  EXPECT(world.run_until([&] { return stranger.received("got it"); }, 5s));
  EXPECT(stranger.last_source() == port);
}

SCENARIO(crumfurs_cut_for_good,
         "A client that does not come back costs a port for the grace period, "
         "and no longer.") {
  auto& client = world.client();
  auto& peer = world.peer();
  client.udp().send_to(peer, "ping");
  EXPECT(world.run_until([&] { return peer.received("ping"); }, 5s));
  if (world.random("end").chance(0.5)) {
    client.crash();
  } else {
    client.vanish();
  }
  peer.send_to(peer.last_source(), "are you there?");
  world.run_for(KeepAlive{}.dead_after());
  const Duration grace = world.server().settings().limits.session.grace;
  EXPECT(world.run_until([&] { return world.server().external_ports().empty(); }, grace + 1s));
  EXPECT(world.server().core().sessions() == 0);
}

}  // namespace fullcone::sim
