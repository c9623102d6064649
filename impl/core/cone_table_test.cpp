// The cone table by itself: CONE-1..3, CONE-8, CONE-11, CONE-12, CONE-E and its bounds.
#include "core/cone_table.hpp"

#include <gtest/gtest.h>

#include "core/testing/requests.hpp"

namespace fullcone {
namespace {

constexpr MappingId kFirst{1}, kSecond{2}, kThird{3};

class ConeTableTest : public testing::Test {
 protected:
  void open_and_dial(MappingId mapping, const Endpoint& destination) {
    cone.open(mapping, destination.family(), now);
    ASSERT_TRUE(cone.dial(destination, mapping));
  }
  void after(Duration duration) { now += duration; }
  // What expires by now, closed as it is told.
  std::vector<MappingId> expire() {
    std::vector<MappingId> gone;
    while (const auto mapping = cone.expired(now)) {
      gone.push_back(*mapping);
      cone.close(*mapping);
    }
    return gone;
  }

  SessionLimits limits{.channels = 10,
                       .mappings = 3,
                       .dialled = 3,
                       .heard = 3,
                       .channel_queue_bytes = 1,
                       .crumfurs_queue_bytes = 1,
                       .grace = 30s,
                       .mapping_idle = 300s,
                       .mapping_inbound_only = 3600s};
  ConeTable cone{MappingPolicy::by_destination, limits, 3};
  TimePoint now{1h};
};
using Expired = std::vector<MappingId>;

TEST_F(ConeTableTest, AnUnknownDestinationTakesANewMapping) {  // CONE-3
  EXPECT_EQ(cone.mapping_for(kA), std::nullopt);
  open_and_dial(kFirst, kA);
  EXPECT_EQ(cone.mapping_for(kB), std::nullopt);
  EXPECT_EQ(cone.mapping_for(kA), kFirst);  // CONE-1
}

TEST_F(ConeTableTest, AHeardPeerLeavesFromWhereItWasHeardLast) {  // CONE-2
  open_and_dial(kFirst, kA);
  open_and_dial(kSecond, kB);
  EXPECT_TRUE(cone.on_heard(kFirst, kC, now));
  EXPECT_EQ(cone.mapping_for(kC), kFirst);
  EXPECT_TRUE(cone.on_heard(kSecond, kC, now));
  EXPECT_EQ(cone.mapping_for(kC), kSecond);
  EXPECT_TRUE(cone.on_heard(kFirst, kC, now));
  EXPECT_EQ(cone.mapping_for(kC), kFirst);
  EXPECT_EQ(cone.heard(), 1u);
}

TEST_F(ConeTableTest, DialledGoesBeforeHeard) {  // CONE-1 before CONE-2
  open_and_dial(kFirst, kA);
  open_and_dial(kSecond, kB);
  cone.on_heard(kFirst, kB, now);
  EXPECT_EQ(cone.mapping_for(kB), kSecond);
  cone.on_heard(kFirst, kC, now);
  EXPECT_TRUE(cone.dial(kC, kFirst));
  cone.on_heard(kSecond, kC, now);
  EXPECT_EQ(cone.mapping_for(kC), kFirst);
}

TEST_F(ConeTableTest, AClosedMappingIsForgottenWithWhomItKnew) {
  open_and_dial(kFirst, kA);
  open_and_dial(kSecond, kB);
  cone.on_heard(kFirst, kC, now);
  cone.on_heard(kFirst, kB, now);
  cone.close(kFirst);
  EXPECT_FALSE(cone.contains(kFirst));
  EXPECT_EQ(cone.mapping_for(kA), std::nullopt);
  EXPECT_EQ(cone.mapping_for(kC), std::nullopt);
  EXPECT_EQ(cone.mapping_for(kB), kSecond);
  EXPECT_EQ(cone.dialled(), 1u);
  EXPECT_EQ(cone.heard(), 0u);
  EXPECT_FALSE(cone.on_heard(kFirst, kC, now));
  cone.close(kFirst);  // twice is once
}

TEST_F(ConeTableTest, ADialledPeersOtherMappingMayCloseWithoutIt) {
  open_and_dial(kFirst, kA);
  open_and_dial(kSecond, kB);
  cone.on_heard(kSecond, kA, now);
  cone.close(kFirst);  // where A was dialled; what remains is where it was heard
  EXPECT_EQ(cone.mapping_for(kA), kSecond);
  cone.close(kSecond);
  EXPECT_EQ(cone.mapping_for(kA), std::nullopt);
}

TEST_F(ConeTableTest, PeersAreToldApartByAddressAndPort) {  // CONE-8
  open_and_dial(kFirst, kC);
  EXPECT_EQ(cone.mapping_for(kD), std::nullopt);
  EXPECT_EQ(cone.mapping_for(at("[::ffff:198.51.100.3]:3003")), kFirst);
}

TEST_F(ConeTableTest, ClosesAllOldestFirst) {
  open_and_dial(kFirst, kA);
  open_and_dial(kSecond, kB);
  open_and_dial(kThird, kC);
  cone.on_heard(kSecond, kA, now);
  EXPECT_EQ(cone.close_all(), (Expired{kFirst, kSecond, kThird}));
  EXPECT_EQ(cone.mappings() + cone.dialled() + cone.heard(), 0u);
  EXPECT_EQ(cone.next_expiry(), std::nullopt);
}

// ----- bounds

TEST_F(ConeTableTest, MappingsAreBounded) {
  open_and_dial(kFirst, kA);
  open_and_dial(kSecond, kB);
  EXPECT_TRUE(cone.has_room());
  open_and_dial(kThird, kC);
  EXPECT_FALSE(cone.has_room());
  cone.close(kSecond);
  EXPECT_TRUE(cone.has_room());
}

TEST_F(ConeTableTest, DialledDestinationsAreBounded) {
  open_and_dial(kFirst, kA);
  EXPECT_TRUE(cone.dial(kB, kFirst));
  EXPECT_TRUE(cone.dial(kC, kFirst));
  EXPECT_FALSE(cone.dial(kD, kFirst));
  EXPECT_TRUE(cone.dial(kA, kFirst));  // known already
  EXPECT_EQ(cone.mapping_for(kD), std::nullopt);
  cone.on_heard(kFirst, kD, now);
  EXPECT_FALSE(cone.dial(kD, kFirst));
  EXPECT_EQ(cone.mapping_for(kD), kFirst);  // heard still
}

TEST_F(ConeTableTest, HeardPeersAreBoundedLeastRecentlyHeardFirst) {  // CONE-12
  open_and_dial(kFirst, kA);
  for (const auto& peer : {kB, kC, kD}) cone.on_heard(kFirst, peer, now);
  EXPECT_EQ(cone.heard(), 3u);
  cone.on_heard(kFirst, kB, now);  // again: C is the least recent now
  cone.on_heard(kFirst, kE, now);
  EXPECT_EQ(cone.heard(), 3u);
  EXPECT_EQ(cone.mapping_for(kC), std::nullopt);
  EXPECT_EQ(cone.mapping_for(kB), kFirst);
  EXPECT_EQ(cone.mapping_for(kD), kFirst);
}

TEST_F(ConeTableTest, HearingThroughAnotherMappingIsRecentToo) {  // CONE-12
  open_and_dial(kFirst, kA);
  open_and_dial(kSecond, kF);
  for (const auto& peer : {kB, kC, kD}) cone.on_heard(kFirst, peer, now);
  cone.on_heard(kSecond, kB, now);
  cone.on_heard(kFirst, kE, now);
  EXPECT_EQ(cone.mapping_for(kC), std::nullopt);
  EXPECT_EQ(cone.mapping_for(kB), kSecond);
}

TEST_F(ConeTableTest, InboundNeverPushesOutADialledDestination) {  // CONE-12
  open_and_dial(kFirst, kA);
  open_and_dial(kSecond, kB);
  cone.on_heard(kSecond, kA, now);
  for (std::uint16_t port = 1; port < 1000; ++port) {
    cone.on_heard(kSecond, {kC.ip, port}, now);
  }
  EXPECT_EQ(cone.heard(), 3u);
  EXPECT_EQ(cone.mapping_for(kA), kFirst);
  EXPECT_EQ(cone.dialled(), 2u);
}

// ----- time

TEST_F(ConeTableTest, IdleInBothDirectionsItExpires) {  // CONE-11
  open_and_dial(kFirst, kA);
  EXPECT_EQ(cone.next_expiry(), now + 300s);
  after(300s - 1ns);
  EXPECT_EQ(expire(), Expired{});
  after(1ns);
  EXPECT_EQ(expire(), Expired{kFirst});
  EXPECT_EQ(cone.next_expiry(), std::nullopt);
}

TEST_F(ConeTableTest, OutboundRefreshes) {  // CONE-11
  open_and_dial(kFirst, kA);
  for (int i = 0; i < 100; ++i) {
    after(299s);
    EXPECT_EQ(expire(), Expired{});
    cone.on_sent(kFirst, now);
  }
  after(300s);
  EXPECT_EQ(expire(), Expired{kFirst});
}

TEST_F(ConeTableTest, InboundRefreshesUpToItsLimit) {  // CONE-11
  open_and_dial(kFirst, kA);
  for (int i = 0; i < 35; ++i) {
    after(100s);
    EXPECT_EQ(expire(), Expired{}) << i;
    cone.on_heard(kFirst, kB, now);
  }
  after(100s - 1ns);
  EXPECT_EQ(expire(), Expired{});
  after(1ns);  // 3,600 s after the opening
  EXPECT_EQ(expire(), Expired{kFirst});
}

TEST_F(ConeTableTest, SeveralExpireTogetherAndTheUsedOneStays) {
  open_and_dial(kFirst, kA);
  open_and_dial(kSecond, kB);
  open_and_dial(kThird, kC);
  after(100s);
  cone.on_sent(kSecond, now);
  after(200s);
  EXPECT_EQ(expire(), (Expired{kFirst, kThird}));
  EXPECT_EQ(cone.next_expiry(), now + 100s);
}

TEST_F(ConeTableTest, AnEarlyLookIsHarmless) {
  open_and_dial(kFirst, kA);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(cone.expired(now), std::nullopt);
  cone.on_sent(kSecond, now);  // about none
  EXPECT_EQ(cone.next_expiry(), now + 300s);
}

// ----- one mapping per family

TEST_F(ConeTableTest, EndpointIndependentGoesByFamilyAlone) {  // CONE-E
  ConeTable one(MappingPolicy::endpoint_independent, limits, 3);
  EXPECT_EQ(one.mapping_for(kA), std::nullopt);
  one.open(kFirst, Family::ipv4, now);
  EXPECT_EQ(one.mapping_for(kA), kFirst);
  EXPECT_EQ(one.mapping_for(kB), kFirst);
  EXPECT_EQ(one.mapping_for(kE), std::nullopt);
  one.open(kSecond, Family::ipv6, now);
  EXPECT_EQ(one.mapping_for(kE), kSecond);
  for (std::uint16_t port = 1; port < 100; ++port) {  // nothing is remembered, nothing is bounded
    EXPECT_TRUE(one.dial({kC.ip, port}, kFirst));
    EXPECT_TRUE(one.on_heard(kFirst, {kC.ip, port}, now));
  }
  EXPECT_EQ(one.dialled() + one.heard(), 0u);
  one.close(kFirst);
  EXPECT_EQ(one.mapping_for(kA), std::nullopt);
  EXPECT_EQ(one.mapping_for(kE), kSecond);
  one.open(kThird, Family::ipv4, now);
  EXPECT_EQ(one.mapping_for(kA), kThird);
}

}  // namespace
}  // namespace fullcone
