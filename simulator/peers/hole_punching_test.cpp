// Which pairs of NATs a hole can be punched through, and that the proxy makes no difference worse.
#include "simulator/peers/hole_punching.hpp"

#include <gtest/gtest.h>

namespace fullcone::sim {
namespace {

constexpr auto kEi = Dependence::endpoint_independent;
constexpr auto kAd = Dependence::address_dependent;
constexpr auto kApd = Dependence::address_and_port_dependent;

NatBehaviour nat_of(Dependence mapping, Dependence filtering) {
  return {.mapping = mapping, .filtering = filtering, .ports = PortAssignment::random};
}

bool meet(World& world, AnySocket one, AnySocket other) {
  auto& rendezvous = world.add<Rendezvous>();
  const auto& a = world.add<HolePuncher>(one, rendezvous.endpoint(), "room");
  const auto& b = world.add<HolePuncher>(other, rendezvous.endpoint(), "room");
  return world.run_until([&] { return a.through() && b.through(); }, 15s);
}

struct Pair {
  NatBehaviour one;
  NatBehaviour other;
  bool meet;
};

TEST(HolePunching, DependsOnBothNats) {
  const Pair pairs[] = {
      {nat_of(kEi, kEi), nat_of(kEi, kEi), true},
      {nat_of(kEi, kApd), nat_of(kEi, kApd), true},
      {nat_of(kEi, kEi), nat_of(kApd, kApd), true},
      {nat_of(kEi, kAd), nat_of(kApd, kApd), true},
      {nat_of(kEi, kApd), nat_of(kApd, kApd), false},
      {nat_of(kAd, kAd), nat_of(kApd, kApd), false},
      {nat_of(kApd, kApd), nat_of(kApd, kApd), false},
      // Heard, but answered from another port than the one that heard: what CONE-2 mends.
      {nat_of(kApd, kEi), nat_of(kApd, kApd), false},
  };
  for (const Pair& pair : pairs) {
    World world{1};
    EXPECT_EQ(meet(world, world.peer(world.nat(pair.one)), world.peer(world.nat(pair.other))),
              pair.meet)
        << mapping_name(pair.one.mapping) << '/' << filtering_name(pair.one.filtering) << " and "
        << mapping_name(pair.other.mapping) << '/' << filtering_name(pair.other.filtering);
  }
}

// CONE-2 and CONE-5: the proxied app meets even those that meet nobody else.
TEST(HolePunching, AnAppBehindTheProxyMeetsEverybody) {
  for (const auto policy : {MappingPolicy::by_destination, MappingPolicy::endpoint_independent}) {
    for (const auto& other : {nat_of(kEi, kEi), nat_of(kEi, kApd), nat_of(kApd, kApd)}) {
      World world{1};
      ClientSettings settings;
      settings.mapping = policy;
      auto& client = world.client({}, settings);
      EXPECT_TRUE(meet(world, client.udp(), world.peer(world.nat(other))));
      world.finish();
      EXPECT_TRUE(world.findings().empty());
    }
  }
}

}  // namespace
}  // namespace fullcone::sim
