#include "simulator/scenario.hpp"

namespace fullcone::sim {

SCENARIO(
    idle_mapping_expires,
    "A port that nobody uses lives as long as it must, then goes, and strangers find nobody.") {
  auto& client = world.client();
  auto& peer = world.peer();
  auto& stranger = world.peer();
  client.udp().send_to(peer, "ping");
  EXPECT(world.run_until([&] { return peer.received("ping"); }, 5s));
  const Endpoint port = peer.last_source();

  world.run_for(120s);  // RFC 4787 REQ-5
  stranger.send_to(port, "in time");
  EXPECT(world.run_until([&] { return client.udp().received(from(stranger, "in time")); }, 5s));

  world.run_for(world.server().settings().limits.session.mapping_idle + 1s);
  EXPECT(world.server().external_ports().empty());
  stranger.send_to(port, "too late");
  world.run_for(5s);
  EXPECT(!client.udp().received(from(stranger, "too late")));
}

SCENARIO(inbound_alone_keeps_no_port,
         "A stranger that goes on writing cannot keep a port open that the app has left alone.") {
  auto& client = world.client();
  auto& peer = world.peer();
  auto& stranger = world.peer();
  client.udp().send_to(peer, "ping");
  EXPECT(world.run_until([&] { return peer.received("ping"); }, 5s));
  const Endpoint port = peer.last_source();
  const Duration most = world.server().settings().limits.session.mapping_inbound_only;
  const TimePoint began = world.now();
  while (world.now() - began < most - 2min) {
    stranger.send_to(port, "knock");
    world.run_for(1min);
    EXPECT(world.server().external_ports().size() == 1);
  }
  for (int i = 0; i < 4; ++i) {
    stranger.send_to(port, "knock");
    world.run_for(1min);
  }
  EXPECT(world.server().external_ports().empty());
}

}  // namespace fullcone::sim
