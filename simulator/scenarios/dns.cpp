#include "simulator/peers/dns_server.hpp"
#include "simulator/scenario.hpp"

namespace fullcone::sim {

SCENARIO(dns_burst,
         "A page asks for a hundred names at once: each question is answered once, by one channel "
         "and one port, though some answers are late and some names do not exist.") {
  Random random = world.random("names");
  auto& server = world.add<DnsServer>();
  auto& client = world.client({.delay = 20ms, .jitter = 10ms});
  auto& app = client.udp();
  for (std::uint16_t id = 0; id < 100; ++id) {
    const std::string name = "n" + std::to_string(id) + ".example";
    if (random.chance(0.9)) world.zone().set(name, {IpAddress::v4(46, 9, 9, 9)});
    if (random.chance(0.1)) world.zone().set_slow(name, 1500ms);
    app.send_to(server.endpoint(), dns::encode(dns::Question{id, name}));
  }
  EXPECT(world.run_until([&] { return app.received().size() == 100; }, 5s));
  std::vector<bool> answered(100);
  for (const AppDatagram& got : app.received()) {
    const auto answer = dns::parse_answer(got.payload);
    EXPECT(answer && got.source == Destination{server.endpoint()} && !answered[answer->id]);
    answered[answer->id] = true;
  }
  EXPECT(client.core().counters().channels_opened == 1);
  EXPECT(world.server().external_ports().size() == 1);
}

SCENARIO(names_that_lag_and_fail,
         "A name that takes its time holds up nobody else; one that fails costs its datagrams, and "
         "works when it is there again.") {
  auto& client = world.client();
  auto& app = client.udp();
  auto& peer = world.peer();
  peer.echo();
  const std::uint16_t port = peer.endpoint().port;
  for (const char* const name : {"slow.example", "broken.example"}) {
    world.zone().set(name, {peer.endpoint().ip});
  }
  world.zone().set_slow("slow.example", 3s);
  world.zone().set_failing("broken.example", true);
  app.send_to("slow.example", port, "slow");
  app.send_to("broken.example", port, "broken");
  app.send_to("nowhere.example", port, "nowhere");
  app.send_to(peer, "by address");
  EXPECT(world.run_until([&] { return app.received(from(peer, "by address")); }, 1s));
  EXPECT(app.received().size() == 1);
  const NamedEndpoint slow{"slow.example", port};
  EXPECT(world.run_until([&] { return app.received(from(slow, "slow")); }, 5s));
  EXPECT(!peer.received("broken") && !peer.received("nowhere"));

  world.zone().set_failing("broken.example", false);
  world.run_for(client.settings().limits.refused_hold);
  app.send_to("broken.example", port, "mended");
  const NamedEndpoint mended{"broken.example", port};
  EXPECT(world.run_until([&] { return app.received(from(mended, "mended")); }, 5s));
}

}  // namespace fullcone::sim
