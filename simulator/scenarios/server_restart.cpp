#include "simulator/scenario.hpp"

namespace fullcone::sim {

SCENARIO(server_restart,
         "The server dies and comes back: every app is heard again within a few seconds, without "
         "doing anything but sending.") {
  Random random = world.random("restart");
  auto& client = world.client({.delay = 25ms});
  auto& peer = world.peer();
  for (int i = 0; i < 3; ++i) client.open_udp().send_to(peer, "before " + std::to_string(i));
  EXPECT(world.run_until([&] { return peer.received().size() == 3; }, 5s));

  const auto ending = random.below(3);
  if (ending == 0) world.server().stop();
  if (ending == 1) world.server().crash();
  if (ending == 2) world.server().vanish();
  world.run_for(Duration(random.between(0, 5'000'000'000)));
  world.server().start();
  world.run_for(KeepAlive{}.dead_after());

  for (UdpApp& app : client.udp_apps()) {
    const std::string text = "after " + std::to_string(static_cast<std::uint64_t>(app.id()));
    EXPECT(app.ready());
    EXPECT(world.run_until(
        [&, next = world.now()]() mutable {
          if (world.now() >= next) app.send_to(peer, text);
          if (world.now() >= next) next += 1s;
          return peer.received(text);
        },
        30s));
  }
}

}  // namespace fullcone::sim
