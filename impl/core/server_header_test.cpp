// A connection until its request is whole: HDR-1..6, AUTH-1, AUTH-2, and what they cost.
#include <gtest/gtest.h>

#include "base/hex_testing.hpp"
#include "core/testing/server_script.hpp"

namespace fullcone {
namespace {

const Endpoint kWeb = at("127.0.0.1:8080");

ServerSettings with_fallback() {
  auto settings = open_settings();
  settings.fallback = kWeb;
  return settings;
}

Bytes prefix(const Bytes& octets, std::size_t size) {
  return Bytes(octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size));
}

TEST(ServerHeader, AVersionOtherThan0And1ClosesSilently) {  // HDR-1
  ServerScript server;
  const auto a = server.accept();
  server.client_sends(a, "GET / HTTP/1.1\r\n\r\n").expect(close(a));
  EXPECT_EQ(server.counters().connections_rejected, 1u);
  server.expect_nothing_left();
}

TEST(ServerHeader, MalformedAddonsCommandAndAddressCloseSilently) {  // HDR-2, HDR-3, HDR-4
  const std::string user = "a11ce000000040008000000000000001";
  for (const std::string tail :
       {"02 7f04", "03 020105 04", "00 00", "00 05", "00 01 0050 00", "00 02 0050 0200"}) {
    ServerScript server;
    const auto a = server.accept();
    server.client_sends(a, hex("01" + user + tail)).expect(close(a));
    server.expect_nothing_left();
  }
}

TEST(ServerHeader, MuxAndCrumfursAreNoCommandsOfV0) {  // HDR-3
  for (const std::string command : {"03", "04"}) {
    ServerScript server;
    const auto a = server.accept();
    server.client_sends(a, hex("00 a11ce000000040008000000000000001 00" + command))
        .expect(close(a));
  }
}

TEST(ServerHeader, MuxWhereItIsNotOffered) {  // HDR-3
  ServerSettings settings = with_fallback();
  settings.mux = false;
  ServerScript server(std::move(settings));
  const auto a = server.accept();
  server.client_sends(a, hex("01 a11ce000000040008000000000000001 00 03")).expect(close(a));
  server.expect_nothing_left();
}

TEST(ServerHeader, AnUnknownUserClosesSilentlyOnceTheHeaderIsWhole) {  // AUTH-1
  ServerScript server;
  const Bytes request = udp_request(kA, kGame, kNobody);
  const auto a = server.accept();
  server.client_sends(a, prefix(request, request.size() - 1)).expect_silence();
  server.client_sends(a, prefix(Bytes(request.rbegin(), request.rend()), 1)).expect(close(a));
  server.expect_nothing_left();
}

TEST(ServerHeader, NoWholeHeaderInTimeClosesSilently) {  // HDR-6
  ServerScript server;
  const auto silent = server.accept();
  server.wait(5s);
  const auto slow = server.accept();
  server.client_sends(slow, hex("01"));
  server.wait(4999ms).expect_silence();
  server.wait(1ms).expect(close(silent));
  server.client_sends(slow, hex("a11ce0"));  // an octet now and then buys no time
  server.wait(5s).expect(close(slow));
  EXPECT_EQ(server.counters().connections_rejected, 2u);
  server.expect_nothing_left();
}

TEST(ServerHeader, AWholeHeaderEndsTheTimeout) {
  ServerScript server;
  const auto crumfurs = server.open_crumfurs();
  server.wait(11s).expect_silence();
  EXPECT_EQ(server.core().connections(), 1u);
  server.client_ends(crumfurs);
}

TEST(ServerHeader, TheStreamsEndBeforeAWholeHeaderClosesSilently) {  // HDR-6
  ServerScript server;
  const auto empty = server.accept();
  server.client_ends(empty).expect(close(empty));
  const auto partial = server.accept();
  server.client_sends(partial, hex("01 a1"));
  server.client_ends(partial).expect(close(partial));
  EXPECT_EQ(server.counters().connections_rejected, 2u);
  server.expect_nothing_left();
}

TEST(ServerHeader, ACutBeforeAWholeHeaderLeavesNothing) {
  ServerScript server(with_fallback());
  const auto a = server.accept();
  server.client_sends(a, hex("01"));
  server.client_is_cut(a).expect_silence();
  server.expect_nothing_left();
}

// ----- the fallback

TEST(ServerFallback, GetsEveryOctetReceivedAndSpeaksBothWays) {  // AUTH-2
  ServerScript server(with_fallback());
  const auto a = server.accept();
  server.client_sends(a, "GET / HTTP/1.1\r\n").expect(pause(a), dial(a, kWeb));
  server.client_sends(a, "Host: x\r\n").expect_silence();  // read before the pause took effect
  server.target_connects(a).expect(write_target(a, "GET / HTTP/1.1\r\nHost: x\r\n"), resume(a));
  server.client_sends(a, "\r\n").expect(write_target(a, "\r\n"));
  server.target_sends(a, "HTTP/1.1 200 OK\r\n").expect(write(a, "HTTP/1.1 200 OK\r\n"));
  server.client_ends(a).expect(half_close_target(a));
  server.target_ends(a).expect(close_target(a), close(a));
  EXPECT_EQ(server.counters().fallbacks, 1u);
  server.expect_nothing_left();
}

TEST(ServerFallback, GetsAMalformedHeaderWhole) {  // AUTH-2, one octet at a time
  ServerScript server(with_fallback());
  const Bytes bad = hex("01 a11ce000000040008000000000000001 00 05 ffff");
  const auto a = server.accept();
  for (const auto octet : bad) server.client_sends(a, Bytes{octet});
  server.target_connects(a).expect(write_target(a, bad), resume(a));
  server.client_is_cut(a).expect(close_target(a, CloseKind::abort));
  server.expect_nothing_left();
}

TEST(ServerFallback, GetsAnUnknownUsersRequestAndPayload) {  // AUTH-1, AUTH-2
  ServerScript server(with_fallback());
  const Bytes sent = tcp_request(kA, 1, kNobody) + "early";
  const auto a = server.accept();
  server.client_sends(a, sent).expect(pause(a), dial(a, kWeb));
  server.target_connects(a).expect(write_target(a, sent), resume(a));
  server.closes_all().expect(close_target(a, CloseKind::abort), close(a));
  server.expect_nothing_left();
}

TEST(ServerFallback, GetsWhatCameBeforeTheTimeout) {  // AUTH-2, HDR-6
  ServerScript server(with_fallback());
  const auto a = server.accept(), silent = server.accept();
  server.client_sends(a, hex("01"));
  server.wait(10s).expect(pause(a), dial(a, kWeb), pause(silent), dial(silent, kWeb));
  server.target_connects(a).expect(write_target(a, hex("01")), resume(a));
  server.target_connects(silent).expect(resume(silent));
  server.wait(1h).expect_silence();
  server.closes_all();
  server.expect_nothing_left();
}

TEST(ServerFallback, GetsWhatCameBeforeTheEndAndTheEnd) {  // AUTH-2, HDR-6, TCP-2
  ServerScript server(with_fallback());
  const auto a = server.accept(), silent = server.accept();
  server.client_sends(a, hex("00"));
  server.client_ends(a).expect(pause(a), dial(a, kWeb));
  server.client_ends(silent).expect(pause(silent), dial(silent, kWeb));
  server.target_connects(a).expect(write_target(a, hex("00")), half_close_target(a), resume(a));
  server.target_connects(silent).expect(half_close_target(silent), resume(silent));
  server.target_ends(a).expect(close_target(a), close(a));
  server.target_ends(silent).expect(close_target(silent), close(silent));
  server.expect_nothing_left();
}

TEST(ServerFallback, MayBeANameAndMayBeDown) {
  auto settings = open_settings();
  settings.fallback = NamedEndpoint{"web.example", 80};
  ServerScript server(settings);
  const auto a = server.accept();
  server.client_sends(a, "?").expect(pause(a), resolve(a, "web.example"));
  server.resolves(a, {ip("127.0.0.1")}).expect(dial(a, at("127.0.0.1:80")));
  server.target_fails(a).expect(close(a));
  server.expect_nothing_left();
}

TEST(ServerFallback, NeverSeesWhatWasRefusedAfterAValidHeader) {  // AUTH-2
  auto settings = with_fallback();
  settings.egress = EgressPolicy::public_internet();
  ServerScript server(settings);
  const auto early = server.accept();
  server.client_sends(early, udp_request(kA)).expect(close(early));  // UDP-2
  const auto denied = server.accept();
  server.client_sends(denied, tcp_request(at("127.0.0.1:22"))).expect(pause(denied), close(denied));
  server.expect_nothing_left();
}

// Visitors of the web server are counted apart: they lock no user out.
TEST(ServerFallback, VisitorsLeaveRoomForUsers) {  // AUTH-2, EGRESS-2
  auto settings = with_fallback();
  settings.limits.unauthenticated_connections = 1;
  ServerScript server(settings);
  const auto visitor = server.accept();
  server.client_sends(visitor, to_bytes("GET / HTTP/1.1\r\n"));
  const auto second = server.accept();
  server.expect_silence();  // there is room for whom that turns out to be
  server.client_sends(second, to_bytes("GET /2")).expect(close(second));
  server.client_is_cut(visitor).expect(close_target(visitor, CloseKind::abort));
  server.expect_nothing_left();
}

// ----- what connections without a request may cost

TEST(ServerLimits, ConnectionsNotYetAuthenticated) {  // EGRESS-2
  auto settings = open_settings();
  settings.limits.unauthenticated_connections = 2;
  ServerScript server(settings);
  const auto a = server.accept(), b = server.accept();
  server.expect_silence();
  const auto over = server.accept();
  server.expect(close(over));
  EXPECT_EQ(server.counters().connections_refused, 1u);

  server.client_sends(a, crumfurs_request());  // authenticated: its place is free
  server.accept();
  server.expect_silence();
  server.client_is_cut(b);
  server.accept();
  server.expect_silence();
  server.closes_all();
  server.expect_nothing_left();
}

TEST(ServerLimits, ConnectionsPerUser) {  // EGRESS-2
  auto settings = open_settings();
  settings.limits.connections_per_user = 2;
  ServerScript server(settings);
  server.open_crumfurs();
  const auto channel = server.open_channel(kA);
  const auto over = server.accept();
  server.client_sends(over, tcp_request(kB)).expect(close(over));
  const auto bobs = server.accept();  // everyone else goes on
  server.client_sends(bobs, tcp_request(kB, 1, kBob)).expect(pause(bobs), dial(bobs, kB));

  server.client_ends(channel.connection);
  server.open_channel(kB);
  EXPECT_EQ(server.counters().connections_refused, 1u);
  server.closes_all();
  server.expect_nothing_left();
}

}  // namespace
}  // namespace fullcone
