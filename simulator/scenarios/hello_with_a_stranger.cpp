#include "simulator/scenario.hpp"

namespace fullcone::sim {

SCENARIO(hello_with_a_stranger,
         "A stranger's datagram reaches the app with its address, and is answered from the port "
         "that it was sent to.") {
  auto& client = world.client({.delay = 20ms, .loss = 0.01});
  auto& first = world.peer();
  auto& stranger = world.peer();

  client.udp().send_to(first, "ping");
  EXPECT(world.run_until([&] { return first.received("ping"); }, 10s));
  stranger.send_to(first.last_source(), "hello");
  EXPECT(world.run_until([&] { return client.udp().received(from(stranger, "hello")); }, 10s));

  client.udp().send_to(stranger, "welcome");
  EXPECT(world.run_until([&] { return stranger.received("welcome"); }, 10s));
  EXPECT(stranger.last_source() == first.last_source());
  stranger.send_to(first.last_source(), "thanks");
  EXPECT(world.run_until([&] { return client.udp().received(from(stranger, "thanks")); }, 10s));
}

SCENARIO(a_port_for_each_destination,
         "Destinations that the app speaks to first see ports of their own, and keep them.") {
  auto& client = world.client();
  auto& first = world.peer();
  auto& second = world.peer(Family::ipv6);
  auto& third = world.peer_beside(first);

  for (const auto* peer : {&first, &second, &third}) client.udp().send_to(*peer, "one");
  EXPECT(world.run_until(
      [&] { return first.received("one") && second.received("one") && third.received("one"); },
      10s));
  EXPECT(first.last_source() != third.last_source());
  const Endpoint port = first.last_source();

  world.run_for(310s);  // the client has closed the idle channel; the mapping has expired with it
  client.udp().send_to(first, "two");
  EXPECT(world.run_until([&] { return first.received("two"); }, 10s));
  EXPECT(first.last_source() != port);
}

}  // namespace fullcone::sim
