#include "simulator/peers/peer_manners.hpp"
#include "simulator/scenario.hpp"

namespace fullcone::sim {

SCENARIO(no_external_port_left,
         "The server has no port left: whoever has one keeps it, new destinations wait for better "
         "times, and nobody's session ends.") {
  auto& client = world.client();
  auto& lucky = client.open_udp();
  auto& late = client.open_udp();
  auto& first = world.peer();
  auto& second = world.peer();
  lucky.send_to(first, "in time");
  EXPECT(world.run_until([&] { return first.received("in time"); }, 5s));
  const Endpoint port = first.last_source();

  world.server().exhaust_ports(true);
  late.send_to(first, "too late");
  lucky.send_to(second, "one too many");
  world.run_for(5s);
  EXPECT(!first.received("too late") && !second.received("one too many"));
  lucky.send_to(first, "still mine");
  EXPECT(world.run_until([&] { return first.received("still mine"); }, 5s));
  EXPECT(first.last_source() == port);
  second.send_to(port, "by the port that there is");
  EXPECT(world.run_until([&] { return lucky.received(from(second, "by the port that there is")); },
                         5s));
  lucky.send_to(second, "which answers");
  EXPECT(world.run_until([&] { return second.received("which answers"); }, 5s));
  EXPECT(second.last_source() == port);

  world.server().exhaust_ports(false);
  late.send_to(first, "better late");
  EXPECT(world.run_until([&] { return first.received("better late"); }, 5s));
  EXPECT(client.core().counters().crumfurs_lost == 0);
}

SCENARIO(hostile_strangers_flood,
         "A thousand forged sources and one loud stranger write to a port as fast as they can: its "
         "session talks on with its peer, and another's notices nothing.") {
  ServerSettings settings;
  settings.limits.session.heard = 200;
  world.server(settings, {world.new_user("attacked"), world.new_user("other")});
  auto& attacked = world.client({.delay = 20ms, .octets_per_second = 500'000});
  ClientSettings of_other;
  of_other.user = world.server().users().back().uuid;
  auto& other = world.client({.delay = 20ms}, of_other);
  auto& peer = world.peer();
  peer.echo();
  attacked.udp().send_to(peer, "hello");
  EXPECT(world.run_until([&] { return attacked.udp().received(from(peer, "hello")); }, 5s));
  const Endpoint port = peer.last_source();

  auto& forger = world.peer();
  auto& loud = world.peer();
  spray_from_nowhere(world, forger, port, {.datagrams = 1000, .interval = 1ms});
  flood(world, loud, port, {.datagrams = 500, .octets = 1200, .interval = 500us});
  for (int i = 0; i < 10; ++i) {
    attacked.udp().send_to(peer, "under fire " + std::to_string(i));
    other.udp().send_to(peer, "in peace " + std::to_string(i));
    world.run_for(100ms);
  }
  world.run_for(3s);
  for (int i = 0; i < 10; ++i) {
    EXPECT(attacked.udp().received(from(peer, "under fire " + std::to_string(i))));
    EXPECT(other.udp().received(from(peer, "in peace " + std::to_string(i))));
  }
  EXPECT(peer.received("hello"));
  EXPECT(other.udp().received().size() == 10);
  EXPECT(world.server().external_ports().size() == 2);
}

}  // namespace fullcone::sim
