#include "simulator/peers/nat_discovery.hpp"
#include "simulator/peers/stun_server.hpp"
#include "simulator/scenario.hpp"

namespace fullcone::sim {

SCENARIO(webrtc_call,
         "A browser behind the proxy learns its candidate by STUN; the callee, behind the worst of "
         "NATs, checks it and is answered by the port that it checked; then both talk.") {
  auto& stun = world.add<StunServer>();
  auto& client = world.client({.delay = 25ms, .jitter = 5ms});
  auto& browser = client.udp();
  auto& callee_nat = world.nat({.mapping = Dependence::address_and_port_dependent,
                                .filtering = Dependence::address_and_port_dependent,
                                .ports = PortAssignment::random});
  auto& callee = world.peer(callee_nat, {.delay = 20ms});

  const auto binding = NatDiscovery(world, browser).ask(stun.endpoint());
  EXPECT(binding && binding->mapped);
  const Endpoint candidate = *binding->mapped;
  EXPECT(candidate.ip == world.server().listening().ip);

  browser.send_to(callee.endpoint(), "check of a host candidate");  // private: EGRESS-1
  callee.send_to(candidate, "check");
  EXPECT(world.run_until([&] { return browser.received().size() == 2; }, 5s));
  const Destination peer_reflexive = browser.received().back().source;
  EXPECT(std::get<Endpoint>(peer_reflexive).ip == callee_nat.external_addresses().front());
  browser.send_to(peer_reflexive, "checked");
  EXPECT(world.run_until([&] { return callee.received("checked"); }, 5s));
  EXPECT(callee.last_source() == candidate);

  for (int frame = 0; frame < 100; ++frame) {
    browser.send_to(peer_reflexive, "picture " + std::to_string(frame));
    callee.send_to(candidate, "sound " + std::to_string(frame));
    world.run_for(20ms);
  }
  world.run_for(1s);
  EXPECT(callee.received().size() == 1 + 100);
  EXPECT(browser.received().size() == 2 + 100);
  EXPECT(!callee.received("check of a host candidate"));
}

SCENARIO(stun_finds_a_full_cone,
         "RFC 5780's tests, run by an app, find that nothing is filtered, and each kind of mapping "
         "that the session may ask for; the NAT before the client makes no difference.") {
  Random random = world.random("stun");
  auto& stun = world.add<StunServer>();
  auto& worst = world.nat({.mapping = Dependence::address_and_port_dependent,
                           .filtering = Dependence::address_and_port_dependent});
  ClientSettings settings;
  const bool by_destination = random.chance(0.5);
  settings.mapping =
      by_destination ? MappingPolicy::by_destination : MappingPolicy::endpoint_independent;
  auto& client = world.client(worst, {.delay = 20ms, .loss = 0.02}, settings);
  const auto found = NatDiscovery(world, client.udp()).run(stun.endpoint());
  EXPECT(found && found->present);
  EXPECT(found->filtering == Dependence::endpoint_independent);
  EXPECT(found->mapping == (by_destination ? Dependence::address_and_port_dependent
                                           : Dependence::endpoint_independent));
}

}  // namespace fullcone::sim
