#include "simulator/scenario.hpp"

namespace fullcone::sim {

SCENARIO(slow_phone,
         "A phone with little bandwidth, most of it inward, on a bad radio link: a video that is "
         "too much for it is cut to what fits, and a chat beside it stays in order.") {
  auto& phone =
      world.client({.delay = 80ms, .jitter = 60ms, .loss = 0.03, .octets_per_second = 16'000});
  phone.host().inward =
      LinkSettings{.delay = 80ms, .jitter = 60ms, .loss = 0.03, .octets_per_second = 125'000};
  auto& chat = phone.open_udp();
  auto& player = phone.open_udp();
  auto& friend_ = world.peer();
  auto& video = world.peer();
  player.send_to(video, "play");
  EXPECT(world.run_until([&] { return video.received("play"); }, 20s));
  for (int frame = 0; frame < 1000; ++frame) {
    Bytes picture = to_bytes("frame " + std::to_string(frame) + ' ');
    picture.resize(1200, 'x');
    video.send_to(video.last_source(), picture);
    if (frame % 50 == 0) chat.send_to(friend_, "line " + std::to_string(frame / 50));
    world.run_for(1ms);
  }
  EXPECT(world.run_until([&] { return friend_.received().size() == 20; }, 60s));
  for (std::size_t line = 0; line < 20; ++line) {
    EXPECT(as_text(friend_.received()[line].payload) == "line " + std::to_string(line));
  }
  world.run_for(30s);
  EXPECT(player.received().size() > 100 && player.received().size() < 1000);
  video.send_to(video.last_source(), "the end");
  EXPECT(world.run_until([&] { return player.received(from(video, "the end")); }, 20s));
}

SCENARIO(phone_roams_to_another_nat,
         "A phone leaves the Wi-Fi for the mobile network: another address, another NAT. Its old "
         "connections die unheard; the session goes on from the new ones, by the same port.") {
  auto& wifi = world.nat();
  auto& mobile = world.nat({.mapping = Dependence::address_and_port_dependent,
                            .filtering = Dependence::address_and_port_dependent,
                            .ports = PortAssignment::random});
  auto& phone = world.client(wifi, {.delay = 10ms});
  auto& app = phone.udp();
  auto& peer = world.peer();
  auto& stranger = world.peer();
  app.send_to(peer, "from home");
  EXPECT(world.run_until([&] { return peer.received("from home"); }, 5s));
  const Endpoint port = peer.last_source();

  world.roam(phone, &mobile);
  world.run_for(KeepAlive{}.dead_after() + 2s);
  stranger.send_to(port, "still there?");
  EXPECT(world.run_until([&] { return app.received(from(stranger, "still there?")); }, 5s));
  app.send_to(peer, "from the train");
  EXPECT(world.run_until([&] { return peer.received("from the train"); }, 5s));
  EXPECT(peer.last_source() == port);
  for (const auto& end : phone.server_streams()) {
    EXPECT(end->local().ip == mobile.external_addresses().front());
  }
}

SCENARIO(train_in_a_tunnel,
         "The network is gone for a while, though not for the keep-alive: nothing that was on its "
         "way is lost, and no port changes.") {
  Random random = world.random("tunnel");
  auto& client = world.client({.delay = 40ms, .jitter = 10ms});
  auto& app = client.udp();
  auto& peer = world.peer();
  app.send_to(peer, "ping");
  EXPECT(world.run_until([&] { return peer.received("ping"); }, 5s));
  const Endpoint port = peer.last_source();

  const Duration dark = Duration(random.between(1'000'000'000, 70'000'000'000));
  world.network().partition({&client.host()}, dark);
  for (int i = 0; i < 20; ++i) {
    peer.send_to(port, "to the train " + std::to_string(i));
    app.send_to(peer, "from the train " + std::to_string(i));
    world.run_for(dark / 20);
  }
  world.run_for(5s);
  for (int i = 0; i < 20; ++i) {
    EXPECT(app.received(from(peer, "to the train " + std::to_string(i))));
    EXPECT(peer.received("from the train " + std::to_string(i)));
  }
  EXPECT(peer.last_source() == port);
  EXPECT(client.core().counters().crumfurs_lost == 0);
}

}  // namespace fullcone::sim
