// Two shards of one server: a connection goes to the shard of its session (CONE-9 holds across
// them).
#include <gtest/gtest.h>

#include "core/testing/server_script.hpp"

namespace fullcone {
namespace {

class ServerHandOver : public testing::Test {
 protected:
  // A session id that lives on `shard`.
  static SessionId session_on(unsigned shard) {
    SessionId id;
    while (SessionKeyHash{}(SessionKey{UserId{0}, id}) % 2 != shard) ++id.octets[0];
    return id;
  }
  // Sends `octets` to shard 0 and carries the hand-over to shard 1.
  ConnectionId hand_over_to_second(const Bytes& octets) {
    const auto id = first.accept();
    first.client_sends(id, octets).expect(hand_over(id, 1));
    second.adopts(id, first.take_parked().value());
    return id;
  }
  void expect_nothing_left() {
    first.expect_nothing_left();
    second.expect_nothing_left();
  }

  std::shared_ptr<UserDirectory> users = alice_and_bob();
  ServerScript first{open_settings(), {0, 2}, users};
  ServerScript second{open_settings(), {1, 2}, users};
  SessionId here = session_on(0), there = session_on(1);
};

TEST_F(ServerHandOver, ASessionsConnectionsMeetOnItsShard) {
  const auto crumfurs = hand_over_to_second(crumfurs_request(there));
  second.expect(write(crumfurs, kEstablished));
  const auto channel = hand_over_to_second(udp_request(kA, there) + frame("hi"));
  second.expect(open_mapping(MappingId{1}), send(MappingId{1}, kA, "hi"));
  const auto direct = second.accept();
  second.client_sends(direct, udp_request(kA, there) + frame("yo"))
      .expect(send(MappingId{1}, kA, "yo"));
  EXPECT_EQ(first.core().connections(), 0u);
  EXPECT_EQ(first.core().timers(), 0u);
  EXPECT_EQ(users->connections(UserId{0}).held(), 3u);

  first.client_sends(channel, "stray").expect_silence();  // read before the move: driver's to carry
  second.client_ends(crumfurs);
  expect_nothing_left();
}

TEST_F(ServerHandOver, OneThatLivesHereStays) {
  first.open_crumfurs(here);
  first.open_channel(kA, here);
  first.closes_all();
  expect_nothing_left();
}

TEST_F(ServerHandOver, WhatHasNoSessionStays) {  // TCP, and v0
  const auto tcp = first.accept(), v0 = first.accept();
  first.client_sends(tcp, tcp_request(kA)).expect(pause(tcp), dial(tcp, kA));
  first.client_sends(v0, v0_udp_request(kA)).expect(open_mapping(MappingId{1}));
  first.closes_all();
  expect_nothing_left();
}

TEST_F(ServerHandOver, OneWithoutACrumfursIsRefusedThere) {  // UDP-2
  const auto id = hand_over_to_second(udp_request(kA, there));
  second.expect(close(id));
  EXPECT_EQ(second.counters().connections_refused, 1u);
  expect_nothing_left();
}

TEST_F(ServerHandOver, ANameIsResolvedThere) {
  hand_over_to_second(crumfurs_request(there));
  const NamedEndpoint name{"stun.example", 9};
  const auto id = hand_over_to_second(udp_request(name, there) + frame("hi"));
  second.expect(pause(id), resolve(id, "stun.example"));
  second.resolves(id, {kA.ip})
      .expect(resume(id), open_mapping(MappingId{1}), send(MappingId{1}, {kA.ip, 9}, "hi"));
  second.closes_all();
  expect_nothing_left();
}

TEST_F(ServerHandOver, AViolationIsFoundThere) {  // CRUM-6
  const auto id = hand_over_to_second(crumfurs_request(there) + "x");
  second.expect(write(id, kEstablished), close(id));
  second.wait(30s);
  expect_nothing_left();
}

TEST_F(ServerHandOver, AConnectionOverTheLimitIsNotHandedOver) {  // EGRESS-2
  auto settings = open_settings();
  settings.limits.connections_per_user = 1;
  ServerScript narrow(settings, {0, 2}, users);
  hand_over_to_second(crumfurs_request(there));
  const auto over = narrow.accept();
  narrow.client_sends(over, crumfurs_request(there)).expect(close(over));
  second.closes_all();
  expect_nothing_left();
}

TEST_F(ServerHandOver, AShardThatGoesGivesBackWhatItHeld) {
  {
    ServerScript third(open_settings(), {1, 2}, users);
    third.accept();
    third.open_crumfurs(there);
    EXPECT_EQ(users->unauthenticated().held(), 1u);
    EXPECT_EQ(users->sessions(UserId{0}).held(), 1u);
  }
  expect_nothing_left();
}

}  // namespace
}  // namespace fullcone
