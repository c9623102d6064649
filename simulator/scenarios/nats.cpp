#include "simulator/scenario.hpp"

namespace fullcone::sim {

SCENARIO(nat_behind_nat,
         "Home router, then the carrier's: strangers reach the app through both, for it is not "
         "they who filter. When the carrier's restarts, the session is taken up again.") {
  const NatBehaviour strict{.mapping = Dependence::address_and_port_dependent,
                            .filtering = Dependence::address_and_port_dependent,
                            .ports = PortAssignment::random,
                            .hairpinning = Hairpinning::none};
  auto& carrier = world.nat(strict);
  auto& home = world.nat({}, &carrier);
  auto& client = world.client(home, {.delay = 5ms});
  auto& app = client.udp();
  auto& peer = world.peer();
  auto& hidden = world.peer(world.nat(strict, &world.nat(strict)));
  app.send_to(peer, "ping");
  EXPECT(world.run_until([&] { return peer.received("ping"); }, 5s));
  const Endpoint port = peer.last_source();

  hidden.send_to(port, "from behind two");
  EXPECT(world.run_until([&] { return app.received().size() == 1; }, 5s));
  app.send_to(app.received().front().source, "to behind two");
  EXPECT(world.run_until([&] { return hidden.received("to behind two"); }, 5s));
  EXPECT(hidden.last_source() == port);

  world.network().restart(carrier);
  world.run_for(KeepAlive{}.dead_after() + 2s);
  peer.send_to(port, "anybody home?");
  EXPECT(world.run_until([&] { return app.received(from(peer, "anybody home?")); }, 5s));
}

SCENARIO(quic_peer_migrates,
         "A peer goes on from another address: to the app it is a stranger who may write, and is "
         "answered by the port that it wrote to.") {
  auto& client = world.client({.delay = 20ms});
  auto& app = client.udp();
  auto& peer = world.peer();
  peer.echo();
  app.send_to(peer, "one");
  EXPECT(world.run_until([&] { return app.received(from(peer, "one")); }, 5s));
  const Endpoint port = peer.last_source();

  world.roam(peer, world.random("where").chance(0.5) ? &world.nat() : nullptr);
  peer.send_to(port, "here I am now");
  EXPECT(world.run_until([&] { return app.received().size() == 2; }, 5s));
  const Destination now_at = app.received().back().source;
  app.send_to(now_at, "two");
  EXPECT(world.run_until([&] { return app.received(from(now_at, "two")); }, 5s));
  EXPECT(peer.last_source() == port);
}

}  // namespace fullcone::sim
