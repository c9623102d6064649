#include "simulator/scenario.hpp"

namespace fullcone::sim {

SCENARIO(v0, "A client of VLESS v0: TCP and UDP work, strangers stay out.") {
  auto& client = world.client({.delay = 20ms, .loss = 0.01},
                              ClientSettings{.version = 0,
                                             .user = {},
                                             .mapping = MappingPolicy::by_destination,
                                             .credentials = {},
                                             .limits = {}});
  auto& app = client.udp();
  auto& peer = world.peer();
  auto& stranger = world.peer();
  app.send_to(peer, "ping");
  EXPECT(world.run_until([&] { return peer.received("ping"); }, 10s));
  stranger.send_to(peer.last_source(), "let me in");
  peer.send_to(peer.last_source(), "pong");
  EXPECT(world.run_until([&] { return app.received(from(peer, "pong")); }, 10s));
  world.run_for(1s);
  EXPECT(app.received().size() == 1);
  EXPECT(world.server().core().counters().dropped_stranger_v0 == 1);
  EXPECT(client.server_streams(Command::crumfurs).empty());

  auto& tunnel = client.connect(world.tcp_target().endpoint());
  tunnel.send("echo me");
  tunnel.half_close();
  EXPECT(world.run_until([&] { return tunnel.ended(); }, 10s));
  EXPECT(as_text(tunnel.received()) == "echo me");
}

}  // namespace fullcone::sim
