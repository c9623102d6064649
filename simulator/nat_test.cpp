// The NAT against RFC 4787's own definitions, one table for the nine pairs of mapping and
// filtering.
#include "simulator/nat.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace fullcone::sim {
namespace {

Endpoint at(std::string_view text) { return *Endpoint::parse(text); }

const Endpoint kInside = at("10.0.0.2:4000");
const Endpoint kOther = at("10.0.0.3:4000");
const Endpoint kRemote = at("198.51.100.1:1000");
const Endpoint kSameIp = at("198.51.100.1:2000");
const Endpoint kStranger = at("203.0.113.9:1000");
const IpAddress kOutside = *IpAddress::parse("192.0.2.1");
const TimePoint kStart{};

Nat nat_with(const NatBehaviour& behaviour, std::vector<IpAddress> outside = {kOutside}) {
  return Nat(behaviour, std::move(outside), Random(1));
}

// What RFC 4787 sections 4.1 and 5 define, as yes and no: is the mapping reused towards the same
// IP's other port, and towards another IP; and may those send in when only kRemote was sent to?
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

class NatPair : public testing::TestWithParam<std::tuple<Row, Row>> {};

TEST_P(NatPair, MapsAndFiltersAsTheRfcDefines) {
  const auto [mapping, filtering] = GetParam();
  Nat nat = nat_with({.mapping = mapping.behaviour,
                      .filtering = filtering.behaviour,
                      .ports = PortAssignment::sequential});
  const Endpoint first = nat.outbound(kInside, kRemote, kStart).source;
  const auto gets_in = [&](const Endpoint& source) {
    const auto crossing = nat.inbound(source, first, kStart).crossing;
    EXPECT_TRUE(crossing == Crossing::forwarded || crossing == Crossing::filtered);
    return crossing == Crossing::forwarded;
  };
  EXPECT_TRUE(gets_in(kRemote));
  EXPECT_EQ(gets_in(kSameIp), filtering.same_ip);
  EXPECT_EQ(gets_in(kStranger), filtering.stranger);

  EXPECT_EQ(nat.outbound(kInside, kRemote, kStart).source, first);
  EXPECT_EQ(nat.outbound(kInside, kSameIp, kStart).source == first, mapping.same_ip);
  EXPECT_EQ(nat.outbound(kInside, kStranger, kStart).source == first, mapping.stranger);
  EXPECT_NE(nat.outbound(kOther, kRemote, kStart).source, first);
}

INSTANTIATE_TEST_SUITE_P(Nine, NatPair,
                         testing::Combine(testing::ValuesIn(kDefinitions),
                                          testing::ValuesIn(kDefinitions)),
                         [](const auto& row) {
                           return mapping_name(std::get<0>(row.param).behaviour) + "_" +
                                  filtering_name(std::get<1>(row.param).behaviour);
                         });

TEST(Nat, DeliversToTheInternalEndpoint) {
  Nat nat = nat_with({});
  const Endpoint external = nat.outbound(kInside, kRemote, kStart).source;
  const Translation in = nat.inbound(kRemote, external, kStart);
  EXPECT_EQ(in.source, kRemote);
  EXPECT_EQ(in.destination, kInside);
  EXPECT_TRUE(in.to_inside);
}

TEST(Nat, WhatHasNoMappingStaysOut) {
  Nat nat = nat_with({});
  EXPECT_EQ(nat.inbound(kRemote, {kOutside, 4000}, kStart).crossing, Crossing::unmapped);
}

// ----- ports (section 4.2)

TEST(NatPorts, PreservationGivesWayToWhoeverWasFirst) {
  Nat nat = nat_with({.ports = PortAssignment::preservation});
  EXPECT_EQ(nat.outbound(kInside, kRemote, kStart).source.port, kInside.port);
  const Endpoint second = nat.outbound(kOther, kRemote, kStart).source;
  EXPECT_NE(second.port, kOther.port);
  EXPECT_EQ(second.ip, kOutside);
}

TEST(NatPorts, OverloadingGivesTheSamePortTwice) {
  Nat nat = nat_with(
      {.filtering = Dependence::address_and_port_dependent, .ports = PortAssignment::overloading});
  EXPECT_EQ(nat.outbound(kInside, kRemote, kStart).source.port, 4000);
  EXPECT_EQ(nat.outbound(kOther, kStranger, kStart).source.port, 4000);
  EXPECT_EQ(nat.inbound(kRemote, {kOutside, 4000}, kStart).destination, kInside);
  EXPECT_EQ(nat.inbound(kStranger, {kOutside, 4000}, kStart).destination, kOther);
}

TEST(NatPorts, ParityIsKeptWhereThePortIsNot) {
  for (const auto ports : {PortAssignment::sequential, PortAssignment::random}) {
    Nat nat = nat_with({.ports = ports, .preserves_parity = true});
    for (std::uint16_t port = 5000; port < 5020; ++port) {
      const auto external = nat.outbound({kInside.ip, port}, kRemote, kStart).source.port;
      EXPECT_EQ(external % 2, port % 2);
    }
  }
}

TEST(NatPorts, ExhaustionRefusesTheNextAndKeepsTheOthers) {
  Nat nat = nat_with({.ports = PortAssignment::sequential, .first_port = 100, .last_port = 101});
  const Endpoint first = nat.outbound({kInside.ip, 1}, kRemote, kStart).source;
  EXPECT_EQ(nat.outbound({kInside.ip, 2}, kRemote, kStart).crossing, Crossing::forwarded);
  EXPECT_EQ(nat.outbound({kInside.ip, 3}, kRemote, kStart).crossing, Crossing::exhausted);
  EXPECT_EQ(nat.outbound({kInside.ip, 1}, kRemote, kStart).source, first);
  EXPECT_EQ(nat.outbound({kInside.ip, 3}, kRemote, kStart + 300s).crossing, Crossing::forwarded);
}

// ----- several external addresses (REQ-2)

TEST(NatPooling, PairedKeepsToOneAddress) {
  const IpAddress second = *IpAddress::parse("192.0.2.2");
  Nat nat = nat_with({.mapping = Dependence::address_and_port_dependent}, {kOutside, second});
  const IpAddress used = nat.outbound(kInside, kRemote, kStart).source.ip;
  for (std::uint16_t port = 1; port < 50; ++port) {
    EXPECT_EQ(nat.outbound({kInside.ip, port}, kStranger, kStart).source.ip, used);
  }
  EXPECT_NE(nat.outbound(kOther, kRemote, kStart).source.ip, used);
}

TEST(NatPooling, ArbitraryUsesBoth) {
  const IpAddress second = *IpAddress::parse("192.0.2.2");
  Nat nat = nat_with({.pooling = Pooling::arbitrary}, {kOutside, second});
  std::set<IpAddress> used;
  for (std::uint16_t port = 1; port < 50; ++port) {
    used.insert(nat.outbound({kInside.ip, port}, kRemote, kStart).source.ip);
  }
  EXPECT_EQ(used.size(), 2u);
}

// ----- time (REQ-5, REQ-6)

TEST(NatExpiry, AMappingGoesWhenIdleAndNotBefore) {
  Nat nat = nat_with({.idle = 120s});
  const Endpoint external = nat.outbound(kInside, kRemote, kStart).source;
  EXPECT_EQ(nat.inbound(kRemote, external, kStart + 120s - 1ns).crossing, Crossing::forwarded);
  EXPECT_EQ(nat.inbound(kRemote, external, kStart + 120s).crossing, Crossing::unmapped);
  EXPECT_EQ(nat.mappings(kStart + 120s), 0u);
}

TEST(NatExpiry, RefreshGoesByDirection) {
  struct Direction {
    bool outbound_refresh, inbound_refresh, alive_after_outbound, alive_after_inbound;
  };
  for (const auto& row : {Direction{true, false, true, false}, Direction{false, true, false, true},
                          Direction{true, true, true, true}}) {
    const NatBehaviour behaviour{.idle = 120s,
                                 .outbound_refresh = row.outbound_refresh,
                                 .inbound_refresh = row.inbound_refresh};
    Nat by_outbound = nat_with(behaviour);
    const Endpoint a = by_outbound.outbound(kInside, kRemote, kStart).source;
    by_outbound.outbound(kInside, kRemote, kStart + 100s);
    EXPECT_EQ(by_outbound.inbound(kRemote, a, kStart + 150s).crossing == Crossing::forwarded,
              row.alive_after_outbound);
    Nat by_inbound = nat_with(behaviour);
    const Endpoint b = by_inbound.outbound(kInside, kRemote, kStart).source;
    by_inbound.inbound(kRemote, b, kStart + 100s);
    EXPECT_EQ(by_inbound.inbound(kRemote, b, kStart + 150s).crossing == Crossing::forwarded,
              row.alive_after_inbound);
  }
}

TEST(NatExpiry, ARestartForgetsEverything) {
  Nat nat = nat_with({});
  const Endpoint external = nat.outbound(kInside, kRemote, kStart).source;
  nat.forget_all();
  EXPECT_EQ(nat.inbound(kRemote, external, kStart).crossing, Crossing::unmapped);
}

// ----- hairpinning (REQ-9)

TEST(NatHairpin, ShowsTheSourceThatItIsSetTo) {
  for (const auto hairpinning : {Hairpinning::external_source, Hairpinning::internal_source}) {
    Nat nat = nat_with({.hairpinning = hairpinning});
    const Endpoint of_other = nat.outbound(kOther, kRemote, kStart).source;
    const Translation turned = nat.outbound(kInside, of_other, kStart);
    ASSERT_EQ(turned.crossing, Crossing::forwarded);
    EXPECT_TRUE(turned.to_inside);
    EXPECT_EQ(turned.destination, kOther);
    const bool external = turned.source.ip == kOutside;
    EXPECT_EQ(external, hairpinning == Hairpinning::external_source);
    EXPECT_EQ(turned.source == kInside, !external);
  }
}

TEST(NatHairpin, WithoutItTheDatagramIsLost) {
  Nat nat = nat_with({.hairpinning = Hairpinning::none});
  const Endpoint of_other = nat.outbound(kOther, kRemote, kStart).source;
  EXPECT_EQ(nat.outbound(kInside, of_other, kStart).crossing, Crossing::no_hairpin);
}

TEST(NatHairpin, IsFilteredLikeAnyOtherSource) {
  Nat nat = nat_with({.filtering = Dependence::address_and_port_dependent});
  const Endpoint of_other = nat.outbound(kOther, kRemote, kStart).source;
  EXPECT_EQ(nat.outbound(kInside, of_other, kStart).crossing, Crossing::filtered);
}

}  // namespace
}  // namespace fullcone::sim
