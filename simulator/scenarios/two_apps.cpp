#include "simulator/scenario.hpp"

namespace fullcone::sim {

SCENARIO(two_apps_one_destination,
         "Two apps that speak to one peer have ports of their own, and never each other's "
         "datagrams.") {
  auto& client = world.client();
  auto& one = client.open_udp();
  auto& other = client.open_udp();
  auto& peer = world.peer();

  one.send_to(peer, "from one");
  EXPECT(world.run_until([&] { return peer.received("from one"); }, 5s));
  const Endpoint port_of_one = peer.last_source();
  other.send_to(peer, "from the other");
  EXPECT(world.run_until([&] { return peer.received("from the other"); }, 5s));
  const Endpoint port_of_other = peer.last_source();
  EXPECT(port_of_one != port_of_other);

  peer.send_to(port_of_one, "to one");
  peer.send_to(port_of_other, "to the other");
  world.run_for(5s);
  EXPECT(one.received(from(peer, "to one")) && one.received().size() == 1);
  EXPECT(other.received(from(peer, "to the other")) && other.received().size() == 1);

  one.quit();
  world.run_for(5s);
  peer.send_to(port_of_other, "still there");
  EXPECT(world.run_until([&] { return other.received(from(peer, "still there")); }, 5s));
  EXPECT(world.server().external_ports().size() == 1);
}

SCENARIO(two_clients_one_user, "Two devices of one user are two sessions.") {
  auto& here = world.client({.delay = 10ms});
  auto& there = world.client({.delay = 90ms, .jitter = 20ms});
  auto& peer = world.peer();
  here.udp().send_to(peer, "here");
  there.udp().send_to(peer, "there");
  EXPECT(world.run_until([&] { return peer.received("here") && peer.received("there"); }, 5s));
  EXPECT(world.server().external_ports().size() == 2);
  for (const auto& got : std::vector(peer.received())) peer.send_to(got.source, got.payload);
  world.run_for(5s);
  EXPECT(here.udp().received(from(peer, "here")) && here.udp().received().size() == 1);
  EXPECT(there.udp().received(from(peer, "there")) && there.udp().received().size() == 1);
}

}  // namespace fullcone::sim
