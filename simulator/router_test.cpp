// NATs in the network, as peers on both sides find them: RFC 4787's definitions by table, and what
// the box does beside them.
#include "simulator/router.hpp"

#include <gtest/gtest.h>

#include <array>

#include "simulator/world.hpp"

namespace fullcone::sim {
namespace {

constexpr Duration kRoundTrip = 100ms;

// Sends, and says whether and from where it arrived.
std::optional<Endpoint> arrives(World& world, Peer& from, const Endpoint& to, Peer& at) {
  const std::size_t before = at.received().size();
  from.send_to(to, "hello");
  world.run_for(kRoundTrip);
  if (at.received().size() == before) return std::nullopt;
  return at.last_source();
}
std::optional<Endpoint> arrives(World& world, Peer& from, Peer& to) {
  return arrives(world, from, to.endpoint(), to);
}

// ----- the nine pairs (sections 4.1 and 5)

struct Row {
  Dependence behaviour;
  bool same_ip;
  bool stranger;
};
constexpr std::array<Row, 3> kDefinitions{{
    {Dependence::endpoint_independent, true, true},
    {Dependence::address_dependent, true, false},
    {Dependence::address_and_port_dependent, false, false},
}};

class RouterPair : public testing::TestWithParam<std::tuple<Row, Row>> {};

TEST_P(RouterPair, MapsAndFiltersAsTheRfcDefines) {
  const auto [mapping, filtering] = GetParam();
  World world{1};
  Router& nat = world.nat({.mapping = mapping.behaviour,
                           .filtering = filtering.behaviour,
                           .ports = PortAssignment::sequential});
  Peer& inside = world.peer(nat);
  Peer& remote = world.peer();
  Peer& same_ip = world.peer_beside(remote);
  Peer& stranger = world.peer();

  const auto first = arrives(world, inside, remote);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->ip, nat.external_addresses().front());
  EXPECT_EQ(arrives(world, remote, *first, inside), remote.endpoint());
  EXPECT_EQ(arrives(world, same_ip, *first, inside).has_value(), filtering.same_ip);
  EXPECT_EQ(arrives(world, stranger, *first, inside).has_value(), filtering.stranger);
  EXPECT_EQ(nat.count(Crossing::filtered), 2u - filtering.same_ip - filtering.stranger);

  EXPECT_EQ(arrives(world, inside, same_ip) == first, mapping.same_ip);
  EXPECT_EQ(arrives(world, inside, stranger) == first, mapping.stranger);
  EXPECT_EQ(arrives(world, inside, remote), first);
}

INSTANTIATE_TEST_SUITE_P(Nine, RouterPair,
                         testing::Combine(testing::ValuesIn(kDefinitions),
                                          testing::ValuesIn(kDefinitions)),
                         [](const auto& row) {
                           return mapping_name(std::get<0>(row.param).behaviour) + "_" +
                                  filtering_name(std::get<1>(row.param).behaviour);
                         });

// ----- hairpinning (section 6)

TEST(Router, TurnsADatagramBackInside) {
  for (const auto hairpinning :
       {Hairpinning::none, Hairpinning::external_source, Hairpinning::internal_source}) {
    World world{1};
    Router& nat = world.nat({.hairpinning = hairpinning});
    Peer& one = world.peer(nat);
    Peer& other = world.peer(nat);
    Peer& remote = world.peer();
    const auto of_one = arrives(world, one, remote);
    const auto of_other = arrives(world, other, remote);
    ASSERT_TRUE(of_one && of_other);
    const auto seen = arrives(world, one, *of_other, other);
    EXPECT_EQ(seen.has_value(), hairpinning != Hairpinning::none);
    if (hairpinning == Hairpinning::external_source) {
      EXPECT_EQ(seen, of_one);
    }
    if (hairpinning == Hairpinning::internal_source) {
      EXPECT_EQ(seen, one.endpoint());
    }
    EXPECT_EQ(nat.count(Crossing::no_hairpin), hairpinning == Hairpinning::none ? 1u : 0u);
  }
}

TEST(Router, HostsOfOneRealmReachEachOtherPastIt) {
  World world{1};
  Router& nat = world.nat();
  Peer& one = world.peer(nat);
  Peer& other = world.peer(nat);
  EXPECT_EQ(arrives(world, one, other), one.endpoint());
  EXPECT_EQ(nat.mappings(world.now()), 0u);
}

TEST(Router, PrivateAddressesMeanNothingOutside) {
  World world{1};
  Peer& inside = world.peer(world.nat());
  Peer& other_realm = world.peer(world.nat());
  EXPECT_FALSE(arrives(world, world.peer(), inside));
  EXPECT_FALSE(arrives(world, other_realm, inside));
}

// ----- ports (section 4.2)

// Two peers that have bound the same port, and the external ports they get.
std::array<std::uint16_t, 2> external_ports(const NatBehaviour& behaviour) {
  World world{1};
  Router& nat = world.nat(behaviour);
  Peer& remote = world.peer();
  std::array<std::uint16_t, 2> ports{};
  for (auto& port : ports) port = arrives(world, world.peer(nat), remote)->port;
  return ports;
}

TEST(Router, AssignsPortsAsItIsSetTo) {
  const auto preserved = external_ports({.ports = PortAssignment::preservation});
  EXPECT_EQ(preserved[0], 7000);
  EXPECT_NE(preserved[1], 7000);
  const auto overloaded = external_ports({.ports = PortAssignment::overloading});
  EXPECT_EQ(overloaded[0], 7000);
  EXPECT_EQ(overloaded[1], 7000);
  const auto sequential = external_ports({.ports = PortAssignment::sequential, .first_port = 2001});
  EXPECT_EQ(sequential[0], 2001);
  EXPECT_EQ(sequential[1], 2002);
  const auto even = external_ports({.ports = PortAssignment::random, .preserves_parity = true});
  EXPECT_EQ(even[0] % 2, 0);
  EXPECT_EQ(even[1] % 2, 0);
}

TEST(Router, WithoutAFreePortTheNextIsShutOut) {
  World world{1};
  Router& nat = world.nat({.first_port = 100, .last_port = 101});
  Peer& remote = world.peer();
  Peer& first = world.peer(nat);
  const auto kept = arrives(world, first, remote);
  EXPECT_TRUE(arrives(world, world.peer(nat), remote));
  EXPECT_FALSE(arrives(world, world.peer(nat), remote));
  EXPECT_EQ(nat.count(Crossing::exhausted), 1u);
  EXPECT_EQ(arrives(world, first, remote), kept);
}

TEST(Router, PairedPoolingKeepsAHostAtOneAddress) {
  World world{1};
  Router& nat = world.nat({.mapping = Dependence::address_dependent}, nullptr, 2);
  Peer& one = world.peer(nat);
  Peer& other = world.peer(nat);
  const auto first = arrives(world, one, world.peer());
  EXPECT_EQ(arrives(world, one, world.peer())->ip, first->ip);
  EXPECT_NE(arrives(world, other, world.peer())->ip, first->ip);
}

// ----- time (section 4.3)

TEST(Router, AnIdleMappingExpires) {
  World world{1};
  Router& nat = world.nat({.idle = 120s});
  Peer& inside = world.peer(nat);
  Peer& remote = world.peer();
  const auto external = arrives(world, inside, remote);
  world.run_for(119s);
  EXPECT_TRUE(arrives(world, remote, *external, inside));
  world.run_for(2s);
  EXPECT_FALSE(arrives(world, remote, *external, inside));
  EXPECT_EQ(nat.count(Crossing::unmapped), 1u);
}

TEST(Router, RefreshGoesByDirection) {
  for (const bool inbound : {false, true}) {
    for (const bool refreshes : {false, true}) {
      World world{1};
      Router& nat = world.nat({.idle = 120s,
                               .outbound_refresh = !inbound && refreshes,
                               .inbound_refresh = inbound && refreshes});
      Peer& inside = world.peer(nat);
      Peer& remote = world.peer();
      const auto external = arrives(world, inside, remote);
      world.run_for(100s);
      inbound ? arrives(world, remote, *external, inside) : arrives(world, inside, remote);
      world.run_for(100s);
      EXPECT_EQ(arrives(world, remote, *external, inside).has_value(), refreshes);
    }
  }
}

TEST(Router, ARestartForgetsTheMappings) {
  World world{1};
  Router& nat = world.nat();
  Peer& inside = world.peer(nat);
  Peer& remote = world.peer();
  const auto external = arrives(world, inside, remote);
  world.network().restart(nat);
  EXPECT_FALSE(arrives(world, remote, *external, inside));
  EXPECT_TRUE(arrives(world, inside, remote));
  EXPECT_TRUE(arrives(world, remote, *external, inside));
}

// ----- one behind another

TEST(Router, BehindARouterBothTranslate) {
  World world{1};
  Router& carrier = world.nat({.ports = PortAssignment::sequential});
  Router& home = world.nat({.ports = PortAssignment::sequential}, &carrier);
  Peer& inside = world.peer(home);
  Peer& beside_home = world.peer(carrier);
  Peer& remote = world.peer();

  const auto external = arrives(world, inside, remote);
  ASSERT_TRUE(external);
  EXPECT_EQ(external->ip, carrier.external_addresses().front());
  EXPECT_EQ(arrives(world, remote, *external, inside), remote.endpoint());
  const auto half_way = arrives(world, inside, beside_home);
  EXPECT_EQ(half_way->ip, home.external_addresses().front());
  EXPECT_EQ(arrives(world, beside_home, *half_way, inside), beside_home.endpoint());
}

TEST(Router, TheOuterOneTurnsBackWhatTheInnerOnesSendEachOther) {
  World world{1};
  Router& carrier = world.nat();
  Peer& one = world.peer(world.nat({}, &carrier));
  Peer& other = world.peer(world.nat({}, &carrier));
  Peer& remote = world.peer();
  const auto of_one = arrives(world, one, remote);
  const auto of_other = arrives(world, other, remote);
  EXPECT_EQ(arrives(world, one, *of_other, other), of_one);
}

// ----- streams

TEST(Router, StreamsPassOutwardAndFindNobodyInward) {
  World world{1};
  Router& nat = world.nat();
  auto& client = world.client(nat);
  auto& peer = world.peer();
  client.udp().send_to(peer, "ping");
  ASSERT_TRUE(world.run_until([&] { return peer.received("ping"); }, 1s));
  const auto stream = client.server_streams(Command::crumfurs).at(0);
  EXPECT_EQ(stream->local().ip, nat.external_addresses().front());
  peer.send_to(peer.last_source(), "pong");
  ASSERT_TRUE(world.run_until([&] { return client.udp().received(from(peer, "pong")); }, 1s));

  Network& network = world.network();
  const IpAddress& from = world.peer().endpoint().ip;
  RawStream refused(network.dial({from, 1}, {nat.external_addresses().front(), 1080}),
                    RawStream::State::connecting);
  RawStream unanswered(network.dial({from, 2}, {IpAddress::v4(192, 168, 0, 1), 1080}),
                       RawStream::State::connecting);
  world.run_for(1s);
  EXPECT_EQ(refused.state(), RawStream::State::failed);
  EXPECT_EQ(unanswered.state(), RawStream::State::connecting);
  world.finish();
  EXPECT_TRUE(world.findings().empty());
}

// ----- the judges

// A peer behind a NAT is, for the server and for the app, its external endpoint.
TEST(Router, JudgesSeeWhatTheServerSees) {
  World world{1};
  Router& nat = world.nat({.ports = PortAssignment::random});
  nat.host().link.duplication = 0.5;
  auto& client = world.client();
  auto& first = world.peer();
  auto& hidden = world.peer(nat, {.delay = 5ms, .duplication = 0.5});
  auto& app = client.udp();
  app.send_to(first, "ping");
  ASSERT_TRUE(world.run_until([&] { return first.received("ping"); }, 1s));
  for (int i = 0; i < 50; ++i) hidden.send_to(first.last_source(), "hello");
  world.run_for(1s);
  ASSERT_GT(app.received().size(), 100u);
  const Destination source = app.received().front().source;
  EXPECT_EQ(std::get<Endpoint>(source).ip, nat.external_addresses().front());
  app.send_to(source, "welcome");
  EXPECT_TRUE(world.run_until([&] { return hidden.received("welcome"); }, 1s));
  world.finish();
  EXPECT_TRUE(world.findings().empty());
}

}  // namespace
}  // namespace fullcone::sim
