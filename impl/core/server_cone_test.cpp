// Which port a datagram leaves from and where one that comes in arrives: CONE-1..12 and CONE-E, as
// seen from a server's outside. The table alone is tested in cone_table_test.cpp.
#include <gtest/gtest.h>

#include "core/testing/server_script.hpp"

namespace fullcone {
namespace {

class ServerCone : public testing::Test {
 protected:
  void TearDown() override {
    server.closes_all();
    server.expect_nothing_left();
  }
  ServerScript server;
  ConnectionId crumfurs = server.open_crumfurs();
};

TEST_F(ServerCone, DestinationsHavePortsOfTheirOwn) {  // CONE-3
  EXPECT_NE(server.open_channel(kA).mapping, server.open_channel(kB).mapping);
  EXPECT_NE(server.open_channel(kC).mapping, server.open_channel(kD).mapping);  // CONE-8
}

TEST_F(ServerCone, ADestinationIsReachedFromOnePort) {  // CONE-1, CONE-10
  const auto a = server.open_channel(kA);
  server.client_ends(a.connection).expect(close(a.connection));
  server.open_channel(kB);
  const auto again = server.open_channel(kA);
  EXPECT_EQ(again.mapping, a.mapping);
  server.client_is_cut(again.connection).expect_silence();
  EXPECT_EQ(server.open_channel(kA).mapping, a.mapping);
}

TEST_F(ServerCone, AStrangerIsAnsweredFromThePortItWroteTo) {  // CONE-2, CONE-5, CONE-7
  const auto a = server.open_channel(kA);
  server.peer_sends(kB, a.mapping, "ahoy").expect(write(crumfurs, umfurs(kB, "ahoy")));
  const auto b = server.open_channel(kB);
  EXPECT_EQ(b.mapping, a.mapping);
  server.peer_sends(kB, a.mapping, "go").expect(write(b.connection, frame("go")));
}

TEST_F(ServerCone, OfSeveralPortsTheOneItLastWroteTo) {  // CONE-2
  const auto a = server.open_channel(kA), b = server.open_channel(kB);
  server.peer_sends(kC, b.mapping, "1");
  server.peer_sends(kC, a.mapping, "2");
  EXPECT_EQ(server.open_channel(kC).mapping, a.mapping);
  server.peer_sends(kD, a.mapping, "1");
  server.peer_sends(kD, b.mapping, "2");
  EXPECT_EQ(server.open_channel(kD).mapping, b.mapping);
}

TEST_F(ServerCone, ADialledOneKeepsItsPortWhereverItWrites) {  // CONE-1 before CONE-2
  const auto a = server.open_channel(kA), b = server.open_channel(kB);
  server.client_ends(b.connection);
  server.peer_sends(kB, a.mapping, "from the side")
      .expect(write(crumfurs, umfurs(kB, "from the side")));
  EXPECT_EQ(server.open_channel(kB).mapping, b.mapping);
}

TEST_F(ServerCone, AKnownSourceComesOnItsChannelFromAnyPort) {  // CONE-6
  const auto a = server.open_channel(kA), b = server.open_channel(kB);
  server.peer_sends(kB, a.mapping, "x").expect(write(b.connection, frame("x")));
  server.peer_sends(kA, b.mapping, "y").expect(write(a.connection, frame("y")));
}

TEST_F(ServerCone, AnotherPortOfAKnownAddressIsUnknown) {  // CONE-8
  const auto c = server.open_channel(kC);
  server.peer_sends(kD, c.mapping, "x").expect(write(crumfurs, umfurs(kD, "x")));
}

TEST_F(ServerCone, AMappedAddressIsTheIpv4One) {  // CONE-8
  const auto c = server.open_channel(at("[::ffff:198.51.100.3]:3003"));
  server.peer_sends(kC, c.mapping, "x").expect(write(c.connection, frame("x")));
  EXPECT_EQ(server.open_channel(kC).mapping, c.mapping);
}

TEST_F(ServerCone, WithoutAChannelAKnownDestinationIsUnknown) {  // CONE-10
  const auto a = server.open_channel(kA);
  server.client_ends(a.connection);
  server.peer_sends(kA, a.mapping, "x").expect(write(crumfurs, umfurs(kA, "x")));
}

TEST_F(ServerCone, SessionsNeverMeet) {  // CONE-9
  const auto others = server.open_crumfurs(kCall);
  const auto bobs = server.open_crumfurs(kGame, MappingPolicy::by_destination, kBob);
  const auto mine = server.open_channel(kA);
  server.peer_sends(kB, mine.mapping, "ahoy");
  for (const auto& [session, user, stranger_way] :
       {std::tuple{kCall, kAlice, others}, std::tuple{kGame, kBob, bobs}}) {
    const auto theirs = server.open_channel(kA, session, user);
    EXPECT_NE(theirs.mapping, mine.mapping);
    EXPECT_NE(server.open_channel(kB, session, user).mapping, mine.mapping);
    server.peer_sends(kA, mine.mapping, "x").expect(write(mine.connection, frame("x")));
    server.peer_sends(kA, theirs.mapping, "y").expect(write(theirs.connection, frame("y")));
    server.peer_sends(kC, theirs.mapping, "z").expect(write(stranger_way, umfurs(kC, "z")));
  }
  server.client_ends(others);
  server.peer_sends(kA, mine.mapping, "on").expect(write(mine.connection, frame("on")));
}

TEST_F(ServerCone, AllZeroIsASessionLikeAnyOther) {  // HDR-2
  const auto zero = server.open_crumfurs(SessionId{});
  const auto a = server.open_channel(kA, SessionId{});
  server.peer_sends(kB, a.mapping, "x").expect(write(zero, umfurs(kB, "x")));
}

// ----- how long

TEST_F(ServerCone, AnIdleMappingExpiresWithItsChannels) {  // CONE-11
  const auto a = server.open_channel(kA), again = server.open_channel(kA);
  server.peer_sends(kB, a.mapping, "ahoy");
  const auto b = server.open_channel(kB);
  server.wait(299999ms).expect_silence();
  server.wait(1ms).expect(close_mapping(a.mapping), close(a.connection), close(again.connection),
                          close(b.connection));
  EXPECT_EQ(server.counters().mappings_expired, 1u);
  EXPECT_NE(server.open_channel(kA).mapping, a.mapping);  // both are forgotten
  EXPECT_NE(server.open_channel(kB).mapping, a.mapping);
}

TEST_F(ServerCone, TrafficEitherWayKeepsIt) {  // CONE-11
  const auto a = server.open_channel(kA);
  server.wait(200s);
  server.client_sends(a.connection, frame("out"));
  server.wait(200s);
  server.peer_sends(kB, a.mapping, "in");
  server.wait(299s).expect_silence();
  server.wait(1s).expect(close_mapping(a.mapping), close(a.connection));
}

TEST_F(ServerCone, InboundAloneDoesNotKeepItForEver) {  // CONE-11
  const auto a = server.open_channel(kA);
  for (int minute = 0; minute < 59; ++minute) {
    server.wait(60s).expect_silence();
    server.peer_sends(kA, a.mapping, "in");
    server.leaves_queue(a.connection, 100);
  }
  server.wait(60s).expect(close_mapping(a.mapping), close(a.connection));
}

TEST_F(ServerCone, OutboundKeepsItForEver) {  // CONE-11
  const auto a = server.open_channel(kA);
  for (int minute = 0; minute < 200; ++minute) {
    server.client_sends(a.connection, frame("out"));
    server.wait(60s).expect_silence();
  }
}

TEST_F(ServerCone, WhatWasNotSentDoesNotKeepIt) {  // CONE-11
  const auto a = server.open_channel(kA);
  server.wait(200s);
  server.client_sends(a.connection, frame(Bytes(65508, 'x')));
  server.wait(100s).expect(close_mapping(a.mapping), close(a.connection));
}

TEST_F(ServerCone, AReopenedChannelAloneDoesNotKeepIt) {  // CONE-11
  const auto a = server.open_channel(kA);
  server.wait(200s);
  const auto b = server.accept();
  server.client_sends(b, udp_request(kA)).expect_silence();
  server.wait(100s).expect(close_mapping(a.mapping), close(a.connection), close(b));
}

TEST_F(ServerCone, OneExpiresAndTheOthersStay) {  // CONE-11
  const auto a = server.open_channel(kA);
  server.wait(100s);
  const auto b = server.open_channel(kB);
  server.wait(200s).expect(close_mapping(a.mapping), close(a.connection));
  server.peer_sends(kB, b.mapping, "x").expect(write(b.connection, frame("x")));
  server.peer_sends(kA, b.mapping, "y").expect(write(crumfurs, umfurs(kA, "y")));
}

TEST_F(ServerCone, AMappingMayExpireWhileCrumfursIsCut) {  // CONE-11, CRUM-8
  const auto a = server.open_channel(kA);
  server.wait(290s);
  server.client_is_cut(crumfurs);
  server.wait(29s).expect(close_mapping(a.mapping), close(a.connection));
  server.wait(1s).expect_silence();
  server.expect_nothing_left();
}

// ----- how many

TEST(ServerConeBounds, StrangersPushOutStrangersOnly) {  // CONE-12
  auto settings = open_settings();
  settings.limits.session.heard = 2;
  ServerScript server(settings);
  server.open_crumfurs();
  const auto a = server.open_channel(kA), b = server.open_channel(kB);
  server.client_ends(b.connection);
  server.peer_sends(kC, a.mapping, "1");
  server.peer_sends(kD, a.mapping, "2");
  server.peer_sends(kC, a.mapping, "3");  // heard again: D is the least recent
  server.peer_sends(at("198.51.100.9:9"), a.mapping, "4");
  EXPECT_EQ(server.open_channel(kC).mapping, a.mapping);
  EXPECT_NE(server.open_channel(kD).mapping, a.mapping);
  EXPECT_EQ(server.open_channel(kB).mapping, b.mapping);  // dialled, not pushed out
  server.closes_all();
  server.expect_nothing_left();
}

// ----- one port per family

TEST(ServerConeE, UsesOnePortPerFamilyForEveryDestination) {  // CONE-E
  ServerScript server;
  const auto crumfurs = server.open_crumfurs(kGame, MappingPolicy::endpoint_independent);
  const auto a = server.open_channel(kA), b = server.open_channel(kB), e = server.open_channel(kE),
             f = server.open_channel(kF);
  EXPECT_EQ(a.mapping, b.mapping);
  EXPECT_EQ(e.mapping, f.mapping);
  EXPECT_NE(a.mapping, e.mapping);
  server.peer_sends(kC, a.mapping, "ahoy").expect(write(crumfurs, umfurs(kC, "ahoy")));  // CONE-5
  server.peer_sends(kB, a.mapping, "x").expect(write(b.connection, frame("x")));         // CONE-6
  server.wait(300s);
  EXPECT_EQ(server.core().mappings(), 0u);
  EXPECT_EQ(server.core().connections(), 1u);
  EXPECT_NE(server.open_channel(kA).mapping, a.mapping);
  server.closes_all();
  server.expect_nothing_left();
}

TEST(ServerConeE, BeginsWithTheSessionAndStaysWithIt) {  // HDR-2
  ServerScript server;
  server.open_crumfurs(kGame, MappingPolicy::by_destination);
  const auto second = server.open_crumfurs(kGame, MappingPolicy::endpoint_independent);
  EXPECT_NE(server.open_channel(kA).mapping, server.open_channel(kB).mapping);
  server.client_ends(second);
  server.open_crumfurs(kGame, MappingPolicy::endpoint_independent);
  EXPECT_EQ(server.open_channel(kA).mapping, server.open_channel(kB).mapping);
  server.closes_all();
}

}  // namespace
}  // namespace fullcone
