// The CRUMFURS channel on the server: CRUM-1..3, CRUM-6..10, and UDP-2, which depends on it.
#include <gtest/gtest.h>

#include "core/testing/server_script.hpp"

namespace fullcone {
namespace {

TEST(ServerCrumfurs, IsAnsweredWithOneByte) {  // CRUM-1, CRUM-2
  ServerScript server;
  const auto a = server.accept();
  server.client_sends(a, crumfurs_request()).expect(write(a, kEstablished));
  EXPECT_EQ(server.counters().sessions_begun, 1u);
  EXPECT_EQ(server.core().mappings(), 0u);
  server.client_ends(a).expect(close(a));
  server.expect_nothing_left();
}

TEST(ServerCrumfurs, CarriesStrangersWithTheirAddress) {  // CRUM-3
  ServerScript server;
  const auto crumfurs = server.open_crumfurs();
  const auto v4 = server.open_channel(kA);
  const auto v6 = server.open_channel(kE);
  server.peer_sends(kB, v4.mapping, "ahoy").expect(write(crumfurs, umfurs(kB, "ahoy")));
  server.peer_sends(kF, v6.mapping, "x").expect(write(crumfurs, umfurs(kF, "x")));
  server.peer_sends(at("[::ffff:198.51.100.9]:9"), v4.mapping, "y")
      .expect(write(crumfurs, umfurs(at("198.51.100.9:9"), "y")));
  server.closes_all();
}

TEST(ServerCrumfurs, NoUdpRequestBeforeIt) {  // UDP-2
  ServerScript server;
  const auto a = server.accept();
  server.client_sends(a, udp_request(kA) + frame("hi")).expect(close(a));
  server.open_crumfurs(kCall);
  const auto b = server.accept();
  server.client_sends(b, udp_request(kA, kGame) + frame("hi")).expect(close(b));
  const auto bobs = server.accept();
  server.client_sends(bobs, udp_request(kA, kCall, kBob)).expect(close(bobs));
  EXPECT_EQ(server.counters().connections_refused, 3u);
  EXPECT_EQ(server.counters().mappings_opened, 0u);
  server.closes_all();
  server.expect_nothing_left();
}

TEST(ServerCrumfurs, ItsCleanEndEndsTheSession) {  // CRUM-8
  ServerScript server;
  const auto crumfurs = server.open_crumfurs();
  const auto a = server.open_channel(kA);
  const auto b = server.open_channel(kB);
  server.client_ends(crumfurs).expect(close(crumfurs), close(a.connection), close(b.connection),
                                      close_mapping(a.mapping), close_mapping(b.mapping));
  server.peer_sends(kA, a.mapping, "late").expect_silence();
  EXPECT_EQ(server.counters().dropped_no_mapping, 1u);
  server.expect_nothing_left();
}

// ----- cut

TEST(ServerCrumfurs, ACutLeavesTheSessionAGracePeriod) {  // CRUM-8
  ServerScript server;
  const auto crumfurs = server.open_crumfurs();
  const auto a = server.open_channel(kA);
  server.client_is_cut(crumfurs).expect_silence();

  server.client_sends(a.connection, frame("on")).expect(send(a.mapping, kA, "on"));
  server.peer_sends(kA, a.mapping, "too").expect(write(a.connection, frame("too")));
  const auto early = server.accept();
  server.client_sends(early, udp_request(kB)).expect(close(early));  // UDP-2

  server.wait(29999ms).expect_silence();
  server.wait(1ms).expect(close(a.connection), close_mapping(a.mapping));
  server.expect_nothing_left();
}

TEST(ServerCrumfurs, WhatStrangersSentMeanwhileComesAfterTheAnswer) {  // CRUM-8
  ServerScript server;
  server.client_is_cut(server.open_crumfurs());
  const auto first = server.open_crumfurs();
  const auto a = server.open_channel(kA);
  server.client_is_cut(first);
  server.peer_sends(kB, a.mapping, "one").expect_silence();
  server.peer_sends(kC, a.mapping, "two").expect_silence();
  EXPECT_EQ(server.counters().queued_in_grace, 2u);

  const auto second = server.accept();
  server.client_sends(second, crumfurs_request())
      .expect(write(second, kEstablished), write(second, umfurs(kB, "one")),
              write(second, umfurs(kC, "two")));
  EXPECT_EQ(server.counters().delivered_on_crumfurs, 2u);
  server.wait(60s).expect_silence();  // the grace period is off
  server.open_channel(kB);
  server.closes_all();
  server.expect_nothing_left();
}

TEST(ServerCrumfurs, DropsTheOldestThatWait) {  // CRUM-8, at the bound and one octet past
  auto settings = open_settings();
  settings.limits.session.crumfurs_queue_bytes = umfurs(kB, "12345").size() * 2;
  ServerScript server(settings);
  const auto first = server.open_crumfurs();
  const auto a = server.open_channel(kA);
  server.client_is_cut(first);
  server.peer_sends(kB, a.mapping, "11111");
  server.peer_sends(kB, a.mapping, "22222");
  EXPECT_EQ(server.counters().dropped_grace_full, 0u);
  server.peer_sends(kB, a.mapping, "33333");
  EXPECT_EQ(server.counters().dropped_grace_full, 1u);
  EXPECT_EQ(server.counters().queued_in_grace, 2u);
  const auto second = server.accept();
  server.client_sends(second, crumfurs_request())
      .expect(write(second, kEstablished), write(second, umfurs(kB, "22222")),
              write(second, umfurs(kB, "33333")));
  server.client_ends(second);
  server.expect_nothing_left();
}

TEST(ServerCrumfurs, WhatWaitsIsDroppedWithTheSession) {
  ServerScript server;
  const auto crumfurs = server.open_crumfurs();
  const auto a = server.open_channel(kA);
  server.client_is_cut(crumfurs);
  server.peer_sends(kB, a.mapping, "one");
  server.wait(30s);
  EXPECT_EQ(server.counters().dropped_session_ended, 1u);
  server.expect_nothing_left();
}

TEST(ServerCrumfurs, ASecondCutStartsTheGracePeriodAnew) {
  ServerScript server;
  const auto first = server.open_crumfurs();
  server.client_is_cut(first);
  server.wait(20s);
  server.client_is_cut(server.open_crumfurs());
  server.wait(29s);
  EXPECT_EQ(server.core().sessions(), 1u);
  server.wait(1s);
  server.expect_nothing_left();
}

// ----- a byte from the client

TEST(ServerCrumfurs, AByteFromTheClientIsAViolationAndCountsAsACut) {  // CRUM-6
  ServerScript server;
  const auto crumfurs = server.open_crumfurs();
  const auto a = server.open_channel(kA);
  server.client_sends(crumfurs, "x").expect(close(crumfurs));
  EXPECT_EQ(server.counters().crumfurs_violations, 1u);
  server.client_sends(a.connection, frame("on")).expect(send(a.mapping, kA, "on"));
  server.wait(30s).expect(close(a.connection), close_mapping(a.mapping));
  server.expect_nothing_left();
}

TEST(ServerCrumfurs, SoIsOneInTheRequestsOwnRecord) {  // CRUM-6, HDR-5
  ServerScript server;
  const auto first = server.open_crumfurs();
  const auto a = server.open_channel(kA);
  const auto second = server.accept();
  server.client_sends(second, crumfurs_request() + "x")
      .expect(close(first), write(second, kEstablished), close(second));
  EXPECT_EQ(server.counters().crumfurs_violations, 1u);
  EXPECT_EQ(server.core().sessions(), 1u);
  server.wait(30s).expect(close(a.connection), close_mapping(a.mapping));
  server.expect_nothing_left();
}

// ----- replaced

TEST(ServerCrumfurs, ASecondOneReplacesTheFirst) {  // CRUM-7
  ServerScript server;
  const auto first = server.open_crumfurs();
  const auto a = server.open_channel(kA);
  const auto second = server.accept();
  server.client_sends(second, crumfurs_request()).expect(close(first), write(second, kEstablished));
  server.peer_sends(kB, a.mapping, "ahoy").expect(write(second, umfurs(kB, "ahoy")));
  server.client_sends(a.connection, frame("on")).expect(send(a.mapping, kA, "on"));
  EXPECT_EQ(server.core().sessions(), 1u);

  // What the driver had on its way about the first is about nothing now.
  server.client_sends(first, "x").expect_silence();
  server.leaves_queue(first, 1);
  server.client_ends(first).expect_silence();
  server.peer_sends(kB, a.mapping, "still").expect(write(second, umfurs(kB, "still")));
  server.client_ends(second);
  server.expect_nothing_left();
}

TEST(ServerCrumfurs, AReplacedOneThatIsCutCutsNothing) {  // CRUM-7
  ServerScript server;
  const auto first = server.open_crumfurs();
  server.open_channel(kA);
  const auto second = server.open_crumfurs();
  server.client_is_cut(first).expect_silence();
  server.wait(60s).expect_silence();
  server.open_channel(kB);
  server.client_ends(second);
  server.expect_nothing_left();
}

// ----- what has no UMFURS form

TEST(ServerCrumfurs, AnEmptyDatagramIsHeardButNotDelivered) {  // CRUM-9
  ServerScript server;
  server.open_crumfurs();
  const auto a = server.open_channel(kA);
  server.peer_sends(kB, a.mapping, "").expect_silence();
  EXPECT_EQ(server.counters().dropped_empty, 1u);
  EXPECT_EQ(server.open_channel(kB).mapping, a.mapping);  // CONE-2
  server.closes_all();
}

TEST(ServerCrumfurs, SoIsOneTooLargeForItsLength) {  // CRUM-9
  ServerScript server;
  const auto crumfurs = server.open_crumfurs();
  const auto v6 = server.open_channel(kE);
  const Bytes largest(65516, 'x'), over(65517, 'x');
  server.peer_sends(kF, v6.mapping, largest).expect(write(crumfurs, umfurs(kF, largest)));
  server.leaves_queue(crumfurs, 1 + 2 + 65535);
  server.peer_sends(kF, v6.mapping, over).expect_silence();
  EXPECT_EQ(server.counters().dropped_too_large_in, 1u);
  EXPECT_EQ(server.open_channel(kF).mapping, v6.mapping);

  const auto v4 = server.open_channel(kA);  // IPv4 cannot send what does not fit
  const Bytes longest(65507, 'x');
  server.peer_sends(kB, v4.mapping, longest).expect(write(crumfurs, umfurs(kB, longest)));
  server.closes_all();
}

// ----- a client that reads slowly

TEST(ServerCrumfurs, ItsQueueIsBounded) {  // CRUM-10, at the bound and one octet past
  auto settings = open_settings();
  const std::size_t message = umfurs(kB, "12345").size();
  settings.limits.session.crumfurs_queue_bytes = 1 + 2 * message;
  ServerScript server(settings);
  const auto slow = server.open_crumfurs();
  const auto other = server.open_crumfurs(kCall);
  const auto a = server.open_channel(kA);
  const auto others = server.open_channel(kA, kCall);
  server.peer_sends(kB, a.mapping, "11111").expect(write(slow, umfurs(kB, "11111")));
  server.peer_sends(kB, a.mapping, "22222").expect(write(slow, umfurs(kB, "22222")));
  server.peer_sends(kB, a.mapping, "3").expect_silence();
  EXPECT_EQ(server.counters().dropped_crumfurs_full, 1u);
  server.peer_sends(kB, others.mapping, "4").expect(write(other, umfurs(kB, "4")));  // nobody waits
  server.peer_sends(kA, a.mapping, "5").expect(write(a.connection, frame("5")));

  server.leaves_queue(slow, message - 1);
  server.peer_sends(kB, a.mapping, "66666").expect_silence();
  server.leaves_queue(slow, 1);
  server.peer_sends(kB, a.mapping, "77777").expect(write(slow, umfurs(kB, "77777")));
  server.closes_all();
  server.expect_nothing_left();
}

TEST(ServerCrumfurs, AnotherOneBeginsWithAnEmptyQueue) {  // CRUM-7, CRUM-10
  auto settings = open_settings();
  settings.limits.session.crumfurs_queue_bytes = 64;
  ServerScript server(settings);
  server.open_crumfurs();
  const auto a = server.open_channel(kA);
  const Octets large(Bytes(60, 'x'));
  server.peer_sends(kB, a.mapping, large).expect_silence();
  const auto second = server.open_crumfurs();
  server.leaves_queue(second, 1);
  server.peer_sends(kB, a.mapping, large).expect(write(second, umfurs(kB, large)));
  server.closes_all();
}

// ----- how many

TEST(ServerLimits, SessionsPerUser) {  // EGRESS-2
  auto settings = open_settings();
  settings.limits.sessions_per_user = 1;
  ServerScript server(settings);
  const auto alices = server.open_crumfurs();
  const auto over = server.accept();
  server.client_sends(over, crumfurs_request(kCall)).expect(close(over));
  EXPECT_EQ(server.counters().connections_refused, 1u);
  const auto again = server.open_crumfurs();  // the same session is no other
  server.open_crumfurs(kCall, MappingPolicy::by_destination, kBob);
  EXPECT_FALSE(server.contract().has(alices));
  server.client_ends(again);
  server.open_crumfurs(kCall);
  server.closes_all();
  server.expect_nothing_left();
}

// A client that crashed comes back with new sessions while its old ones are in their grace.
TEST(ServerLimits, ACutSessionMakesRoomForANewOne) {  // EGRESS-2, CRUM-8
  auto settings = open_settings();
  settings.limits.sessions_per_user = 1;
  ServerScript server(settings);
  const auto crashed = server.open_crumfurs();
  server.client_is_cut(crashed).expect_silence();
  server.open_crumfurs(kCall);
  EXPECT_EQ(server.counters().sessions_ended, 1u);
  EXPECT_EQ(server.counters().connections_refused, 0u);
  server.closes_all();
  server.expect_nothing_left();
}

TEST(ServerLimits, OfSeveralTheOneThatWasCutFirstAndNoneOfAnotherUser) {  // EGRESS-2, CRUM-8
  auto settings = open_settings();
  settings.limits.sessions_per_user = 3;
  ServerScript server(settings);
  const auto bobs = server.open_crumfurs(kGame, MappingPolicy::by_destination, kBob);
  const auto alive = server.open_crumfurs(SessionId{});
  const auto game = server.open_crumfurs(kGame), call = server.open_crumfurs(kCall);
  const auto a = server.open_channel(kA, kCall);
  server.client_is_cut(bobs);
  server.wait(1s);
  server.client_is_cut(call);
  server.wait(1s);
  server.client_is_cut(game);

  const auto fourth = server.accept();
  server
      .client_sends(fourth, crumfurs_request(kNobody))  // any id is a session's
      .expect(close(a.connection), close_mapping(a.mapping), write(fourth, kEstablished));
  server.open_crumfurs(kGame);  // in its grace, not ended
  EXPECT_EQ(server.counters().sessions_begun, 5u);
  EXPECT_TRUE(server.contract().has(alive));
  const auto over = server.accept();
  server.client_sends(over, crumfurs_request(kCall)).expect(close(over));
  server.closes_all();
  server.expect_nothing_left();
}

}  // namespace
}  // namespace fullcone
