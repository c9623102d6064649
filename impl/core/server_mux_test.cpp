// A mux connection on the server: what becomes of its streams at their targets and ports (MUX-1,
// MUX-2, MUX-4, EGRESS-1, CONE-11). The endpoint's own rules are in mux_endpoint_test.cpp.
#include <gtest/gtest.h>

#include "core/testing/mux_end.hpp"
#include "core/testing/server_script.hpp"

namespace fullcone {
namespace {

using mux::Reason;

Bytes mux_request() { return request(1, kAlice, {}, {}, Command::mux, std::nullopt); }

TargetId target(ConnectionId connection, std::uint32_t stream) {
  return {connection, mux::StreamId{stream}};
}

// A connection whose request came with `frames`.
ConnectionId connect(ServerScript& server, const Bytes& frames = {}) {
  const auto a = server.accept();
  server.client_sends(a, mux_request() + frames);
  return a;
}

// ----- TCP streams

TEST(ServerMux, WhatComesBeforeTheTargetIsThereWaitsForIt) {
  ServerScript server;
  const auto a = connect(server, open_frame(1, kA) + data_frame(1, "early"));
  const auto t = target(a, 1);
  server.expect(dial(t, kA));
  server.client_sends(a, data_frame(1, " and more") + fin_frame(1)).expect_silence();
  server.target_connects(t).expect(write_target(t, "early and more"), half_close_target(t));
  server.target_sends(t, "answer").expect(write(a, data_frame(1, "answer")));
  server.target_ends(t).expect(write(a, fin_frame(1)), close_target(t));
  server.client_ends(a).expect(close(a));
  server.expect_nothing_left();
}

TEST(ServerMux, TheReasonOfAResetSaysWhatFailed) {
  ServerSettings settings = open_settings();
  settings.egress.deny(kB);
  ServerScript server(std::move(settings));
  const auto a = connect(server);
  server.client_sends(a, open_frame(1, kB)).expect(write(a, reset_frame(1, Reason::not_allowed)));
  server.client_sends(a, open_frame(2, kA)).target_fails(target(a, 2));
  server.expect(write(a, reset_frame(2, Reason::target_failed)));
  server.client_sends(a, open_frame(3, NamedEndpoint{"a.example", 80}));
  const LookupId lookup(a, mux::StreamId{3});
  server.expect(resolve(lookup, "a.example"));
  server.resolves(lookup, {}).expect(write(a, reset_frame(3, Reason::target_failed)));
  server.client_sends(a, open_frame(4, kA)).target_connects(target(a, 4));
  server.target_is_cut(target(a, 4)).expect(write(a, reset_frame(4, Reason::target_failed)));
  EXPECT_EQ(server.counters().mux_streams, 4u);
  EXPECT_EQ(server.counters().mux_streams_lost, 4u);
  server.client_ends(a);
  server.expect_nothing_left();
}

TEST(ServerMux, EachAddressOfANameIsTriedInItsTime) {  // TCP-3
  ServerScript server;
  const auto a = connect(server, open_frame(1, NamedEndpoint{"a.example", kA.port}));
  const auto t = target(a, 1);
  server.resolves({a, mux::StreamId{1}}, {kA.ip, kB.ip}).expect(dial(t, kA));
  server.wait(10s).expect(dial(t, {kB.ip, kA.port}));
  server.wait(10s).expect(close_target(t, CloseKind::abort),
                          write(a, reset_frame(1, Reason::target_failed)));
  server.client_ends(a);
  server.expect_nothing_left();
}

TEST(ServerMux, AResetClosesTheTarget) {
  ServerScript server;
  const auto a = connect(server, open_frame(1, kA));
  const auto t = target(a, 1);
  server.target_connects(t);
  server.client_sends(a, reset_frame(1)).expect(close_target(t, CloseKind::abort));
  server.client_sends(a, open_frame(2, kA) + reset_frame(2));  // while it is dialled
  server.expect(dial(target(a, 2), kA), close_target(target(a, 2), CloseKind::abort));
  server.client_ends(a);
  server.expect_nothing_left();
}

TEST(ServerMux, ATargetIsHeldBackWhileItsOctetsWait) {  // MUX-2
  ServerScript server;
  const auto a = connect(server, open_frame(1, kA));
  const auto t = target(a, 1);
  server.target_connects(t).target_sends(t, Bytes(60'000));
  EXPECT_EQ(server.orders().back(), pause_target(t));
  server.target_sends(t, "one read more").leaves_queue(a, 40'000);
  EXPECT_EQ(server.orders().back(), resume_target(t));
  server.client_is_cut(a).expect(close_target(t, CloseKind::abort));
  server.expect_nothing_left();
}

TEST(ServerMux, WhatATargetSentBeforeItsResetGoesFirst) {  // TCP-1
  ServerScript server;
  const auto a = connect(server, open_frame(1, kA));
  const auto t = target(a, 1);
  server.target_connects(t).target_sends(t, Bytes(60'000));
  server.target_is_cut(t).expect_silence();
  server.leaves_queue(a, 2 * (16384 + 7));
  EXPECT_EQ(server.orders().back(), write(a, reset_frame(1, Reason::target_failed)));
  server.client_ends(a);
  server.expect_nothing_left();
}

TEST(ServerMux, CreditIsRenewedAsOctetsLeaveForTheTarget) {  // MUX-2
  ServerScript server;
  const auto a = connect(server, open_frame(1, kA));
  const auto t = target(a, 1);
  server.target_connects(t);
  server.client_sends(a, data_frame(1, Bytes(40'000))).expect(write_target(t, Bytes(40'000)));
  server.leaves_target_queue(t, 30'000).expect_silence();
  server.leaves_target_queue(t, 10'000);
  server.expect(write(a, window_frame(1, 40'000)), write(a, ping_frame(1)));
  server.client_is_cut(a);
  server.expect_nothing_left();
}

TEST(ServerMux, ABrokenPartnerIsClosedWithAllItHad) {  // MUX-4
  ServerScript server;
  const auto a = connect(server, open_frame(1, kA) + open_frame(2) + datagram_frame(2, kB, "hi"));
  const auto mapping = server.sent_from().value();
  server.target_connects(target(a, 1));
  server.client_sends(a, open_frame(1));
  server.expect(close_target(target(a, 1), CloseKind::abort), close_mapping(mapping), close(a));
  EXPECT_EQ(server.counters().mux_violations, 1u);
  server.expect_nothing_left();
}

// ----- UDP streams

TEST(ServerMux, OnePortForEachFamily) {  // MUX-1
  ServerScript server;
  const auto a = connect(server, open_frame(1));
  server.client_sends(a, datagram_frame(1, kA, "one") + datagram_frame(1, kB, ""));
  server.expect(open_mapping(MappingId{1}), send(MappingId{1}, kA, "one"),
                send(MappingId{1}, kB, ""));
  server.client_sends(a, datagram_frame(1, kE, "six"));
  server.expect(open_mapping(MappingId{2}, Family::ipv6), send(MappingId{2}, kE, "six"));
  server.peer_sends(kC, MappingId{1}, "a stranger");
  server.expect(write(a, datagram_frame(1, kC, "a stranger")));
  server.peer_sends(kA, MappingId{1}, "").expect(write(a, datagram_frame(1, kA, "")));
  server.client_sends(a, fin_frame(1));
  server.expect(close_mapping(MappingId{1}), close_mapping(MappingId{2}));
  server.client_ends(a);
  server.expect_nothing_left();
}

TEST(ServerMux, TheStreamOutlivesAnExpiredMapping) {  // MUX-1, CONE-11
  ServerScript server;
  const auto a = connect(server, open_frame(1) + datagram_frame(1, kA, "one"));
  server.wait(299s).expect_silence();
  server.peer_sends(kA, MappingId{1}, "kept").wait(299s).expect_silence();
  server.wait(1s).expect(close_mapping(MappingId{1}));
  server.client_sends(a, datagram_frame(1, kA, "two"));
  server.expect(open_mapping(MappingId{2}), send(MappingId{2}, kA, "two"));
  server.mapping_fails(MappingId{2}).expect_silence();
  server.client_sends(a, datagram_frame(1, kA, "three"));
  server.expect(open_mapping(MappingId{3}), send(MappingId{3}, kA, "three"));
  server.client_is_cut(a).expect(close_mapping(MappingId{3}));
  server.expect_nothing_left();
}

TEST(ServerMux, DatagramsWaitForTheirNameWithinABound) {  // UDP-7
  ServerSettings settings = open_settings();
  settings.limits.resolving_bytes = 2500;
  ServerScript server(std::move(settings));
  const auto a = connect(server, open_frame(1));
  const NamedEndpoint named{"a.example", kA.port};
  for (int i = 0; i < 3; ++i) server.client_sends(a, datagram_frame(1, named, Bytes(1000)));
  EXPECT_EQ(server.counters().resolving, 2u);
  EXPECT_EQ(server.counters().dropped_unresolved, 1u);
  const LookupId lookup(a, mux::StreamId{1}, 1);
  server.resolves(lookup, {kA.ip});
  EXPECT_EQ(server.counters().datagrams_sent, 2u);
  server.client_sends(a, datagram_frame(1, named, "pinned"));
  server.expect(send(MappingId{1}, kA, "pinned"));
  server.client_sends(a, datagram_frame(1, NamedEndpoint{"b.example", 1}, "gone with its stream"));
  server.client_is_cut(a);
  EXPECT_EQ(server.counters().dropped_unresolved, 2u);
  server.expect_nothing_left();
}

TEST(ServerMux, WhatHasNoFormIsDroppedAndCounted) {  // UDP-5, MUX-1, EGRESS-1
  ServerSettings settings = open_settings();
  settings.egress.deny(kB);
  ServerScript server(std::move(settings));
  const auto a = connect(server, open_frame(1));
  server.client_sends(a, datagram_frame(1, kA, Bytes(65'508))).expect_silence();
  server.client_sends(a, datagram_frame(1, kB, "denied")).expect_silence();
  server.client_sends(a, datagram_frame(1, kE, "hi"));
  server.peer_sends(kE, MappingId{1}, Bytes(65'517)).expect_silence();
  server.peer_sends(kE, MappingId{1}, Bytes(65'516));
  EXPECT_EQ(server.orders().size(), 1u);
  EXPECT_EQ(server.counters().dropped_too_large_out, 1u);
  EXPECT_EQ(server.counters().dropped_denied, 1u);
  EXPECT_EQ(server.counters().requests_denied, 0u);
  server.client_sends(a, open_frame(3, kB));
  EXPECT_EQ(server.counters().requests_denied, 1u);
  EXPECT_EQ(server.counters().dropped_too_large_in, 1u);
  server.client_is_cut(a);
  server.expect_nothing_left();
}

TEST(ServerMux, StaysOnTheShardThatItCameTo) {
  for (const unsigned shard : {0u, 1u, 2u}) {
    ServerScript server(open_settings(), {shard, 3});
    const auto a = connect(server, open_frame(1) + datagram_frame(1, kA, "hi"));
    EXPECT_TRUE(server.sent_from()) << shard;
    server.client_is_cut(a);
    server.expect_nothing_left();
  }
}

}  // namespace
}  // namespace fullcone
