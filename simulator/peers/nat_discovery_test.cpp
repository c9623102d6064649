// What RFC 5780's tests say of the simulator's NATs, and of the proxy.
#include "simulator/peers/nat_discovery.hpp"

#include <gtest/gtest.h>

#include "simulator/peers/stun_server.hpp"

namespace fullcone::sim {
namespace {

constexpr Dependence kAll[] = {Dependence::endpoint_independent, Dependence::address_dependent,
                               Dependence::address_and_port_dependent};

TEST(StunServer, AnswersFromWhereItIsAskedTo) {
  World world{1};
  auto& stun = world.add<StunServer>();
  auto& peer = world.peer();
  NatDiscovery client(world, peer);
  for (const bool ip : {false, true}) {
    for (const bool port : {false, true}) {
      const auto answer = client.ask(stun.endpoint(), {.ip = ip, .port = port});
      ASSERT_TRUE(answer);
      EXPECT_EQ(answer->mapped, peer.endpoint());
      EXPECT_EQ(answer->other_address, stun.other_endpoint());
      EXPECT_EQ(answer->response_origin, peer.last_source());
      EXPECT_EQ(peer.last_source().ip != stun.endpoint().ip, ip);
      EXPECT_EQ(peer.last_source().port != stun.endpoint().port, port);
    }
  }
}

TEST(StunServer, RefusesWhatItDoesNotUnderstand) {
  World world{1};
  auto& stun = world.add<StunServer>();
  auto& peer = world.peer();
  peer.send_to(stun.endpoint(), "not STUN at all");
  stun::Message request;
  request.unknown = {0x0024};  // goes out as UNKNOWN-ATTRIBUTES, which a request may not have
  Bytes octets = stun::encode(request);
  octets.resize(20);
  octets[3] = 8;
  append(octets, Bytes{0x00, 0x24, 0, 4, 1, 2, 3, 4});
  peer.send_to(stun.endpoint(), octets);
  world.run_for(1s);
  ASSERT_EQ(peer.received().size(), 1u);
  const auto answer = stun::parse(peer.received().front().payload);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error_code, 420);
  EXPECT_EQ(answer->unknown, std::vector<std::uint16_t>{0x0024});
}

TEST(NatDiscovery, TellsTheNineApart) {
  for (const Dependence mapping : kAll) {
    for (const Dependence filtering : kAll) {
      World world{1};
      auto& stun = world.add<StunServer>();
      Router& nat = world.nat({.mapping = mapping, .filtering = filtering});
      Peer& peer = world.peer(nat, {.delay = 20ms, .loss = 0.05});
      const auto found = NatDiscovery(world, peer).run(stun.endpoint());
      ASSERT_TRUE(found);
      EXPECT_TRUE(found->present);
      EXPECT_EQ(found->mapped.ip, nat.external_addresses().front());
      EXPECT_EQ(mapping_name(found->mapping), mapping_name(mapping));
      EXPECT_EQ(filtering_name(found->filtering), filtering_name(filtering));
    }
  }
}

TEST(NatDiscovery, FindsNoneWhereThereIsNone) {
  World world{1};
  auto& stun = world.add<StunServer>();
  const auto found = NatDiscovery(world, world.peer()).run(stun.endpoint());
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->present);
}

TEST(NatDiscovery, TwoNatsInARowFilterAsTheStricter) {
  World world{1};
  auto& stun = world.add<StunServer>();
  Router& carrier = world.nat({.filtering = Dependence::address_dependent});
  Router& home = world.nat({.mapping = Dependence::address_and_port_dependent}, &carrier);
  const auto found = NatDiscovery(world, world.peer(home)).run(stun.endpoint());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->mapping, Dependence::address_and_port_dependent);
  EXPECT_EQ(found->filtering, Dependence::address_dependent);
}

// CONE-5, and the two mapping policies.
TEST(NatDiscovery, FindsTheProxyToBeAFullCone) {
  World world{1};
  auto& stun = world.add<StunServer>();
  ClientSettings settings;
  for (const auto policy : {MappingPolicy::by_destination, MappingPolicy::endpoint_independent}) {
    settings.mapping = policy;
    auto& client = world.client({}, settings);
    const auto found = NatDiscovery(world, client.udp()).run(stun.endpoint());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->filtering, Dependence::endpoint_independent);
    EXPECT_EQ(found->mapping, policy == MappingPolicy::by_destination
                                  ? Dependence::address_and_port_dependent
                                  : Dependence::endpoint_independent);
  }
  world.finish();
  EXPECT_TRUE(world.findings().empty());
}

}  // namespace
}  // namespace fullcone::sim
