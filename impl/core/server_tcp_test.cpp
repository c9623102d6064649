// TCP requests: TCP-1..3, RSP-0, RSP-1, and EGRESS-1 for what they dial.
#include <gtest/gtest.h>

#include "base/hex_testing.hpp"
#include "core/testing/server_script.hpp"

namespace fullcone {
namespace {

const Destination kName = NamedEndpoint{"shop.example", 443};

// A request whose target is there.
ConnectionId connect(ServerScript& server, std::uint8_t version = 1) {
  const auto a = server.accept();
  server.client_sends(a, tcp_request(kA, version)).expect(pause(a), dial(a, kA));
  server.target_connects(a);
  return a;
}

TEST(ServerTcp, RelaysOctetsBothWays) {  // TCP-1, RSP-1
  ServerScript server;
  const auto a = server.accept();
  server.client_sends(a, tcp_request(kA) + "early").expect(pause(a), dial(a, kA));
  server.target_connects(a).expect(write_target(a, "early"), resume(a));
  server.client_sends(a, "more").expect(write_target(a, "more"));
  server.target_sends(a, "answer").expect(write(a, "answer"));
  server.target_sends(a, "again").expect(write(a, "again"));
  server.closes_all().expect(close_target(a, CloseKind::abort), close(a));
  server.expect_nothing_left();
}

TEST(ServerTcp, KeepsWhatCameWhileDialling) {  // TCP-1, HDR-5
  ServerScript server;
  const auto a = server.accept();
  const Bytes sent = tcp_request(kName) + "one two three";
  for (const auto octet : sent) server.client_sends(a, Bytes{octet});
  server.resolves(a, {kA.ip}).expect(dial(a, {kA.ip, 443}));
  server.client_sends(a, " four");
  server.target_connects(a).expect(write_target(a, "one two three four"), resume(a));
  server.closes_all();
}

TEST(ServerTcp, AnswersV0OnceAndFirst) {  // RSP-0
  ServerScript server;
  const auto a = server.accept();
  server.client_sends(a, tcp_request(kA, 0) + "early").expect(pause(a), dial(a, kA));
  server.target_connects(a).expect(write(a, hex("0000")), write_target(a, "early"), resume(a));
  server.target_sends(a, "x").expect(write(a, "x"));
  server.closes_all();
}

TEST(ServerTcp, PassesOnTheClientsEndAndGoesOn) {  // TCP-2
  ServerScript server;
  const auto a = connect(server);
  server.client_ends(a).expect(half_close_target(a));
  server.target_sends(a, "late answer").expect(write(a, "late answer"));
  server.target_ends(a).expect(close_target(a), close(a));
  server.expect_nothing_left();
}

TEST(ServerTcp, PassesOnTheTargetsEndAndGoesOn) {  // TCP-2
  ServerScript server;
  const auto a = connect(server);
  server.target_ends(a).expect(half_close(a));
  server.client_sends(a, "late question").expect(write_target(a, "late question"));
  server.client_ends(a).expect(close_target(a), close(a));
  server.expect_nothing_left();
}

TEST(ServerTcp, PassesOnAnEndThatCameBeforeTheTargetWasThere) {  // TCP-2
  ServerScript server;
  const auto a = server.accept();
  server.client_sends(a, tcp_request(kA) + "question");
  server.client_ends(a).expect_silence();
  server.target_connects(a).expect(write_target(a, "question"), half_close_target(a), resume(a));
  server.target_ends(a).expect(close_target(a), close(a));
  server.expect_nothing_left();
}

TEST(ServerTcp, ACutEndsBothDirections) {  // TCP-2
  ServerScript server;
  const auto a = connect(server), b = connect(server);
  server.client_is_cut(a).expect(close_target(a, CloseKind::abort));
  server.target_is_cut(b).expect(close(b, CloseKind::abort));
  server.expect_nothing_left();
}

TEST(ServerTcp, ACutWhileResolvingLeavesNothing) {
  ServerScript server;
  const auto a = server.accept();
  server.client_sends(a, tcp_request(kName));
  server.client_is_cut(a).expect_silence();
  server.resolves(a, {kA.ip}).expect_silence();
  EXPECT_EQ(server.core().timers(), 0u);
}

TEST(ServerTcp, ARefusalClosesWithoutAByte) {  // TCP-3
  for (const std::uint8_t version : {std::uint8_t{0}, std::uint8_t{1}}) {
    ServerScript server;
    const auto a = server.accept();
    server.client_sends(a, tcp_request(kA, version));
    server.target_fails(a).expect(close(a));
    server.expect_nothing_left();
  }
}

TEST(ServerTcp, ATargetThatHangsClosesWithoutAByte) {  // TCP-3
  ServerScript server;
  const auto a = server.accept();
  server.client_sends(a, tcp_request(kA));
  server.wait(9999ms).expect_silence();
  server.wait(1ms).expect(close_target(a), close(a));
  server.expect_nothing_left();
}

TEST(ServerTcp, ANameThatDoesNotResolveClosesWithoutAByte) {  // TCP-3
  ServerScript server;
  const auto unknown = server.accept(), slow = server.accept();
  server.client_sends(unknown, tcp_request(kName))
      .expect(pause(unknown), resolve(unknown, "shop.example"));
  server.resolves(unknown, {}).expect(close(unknown));
  server.client_sends(slow, tcp_request(kName));
  server.wait(10s).expect(close(slow));
  server.resolves(slow, {kA.ip}).expect_silence();
}

TEST(ServerTcp, TriesEachAddressInTurn) {
  ServerScript server;
  const auto a = server.accept();
  server.client_sends(a, tcp_request(kName));
  server.resolves(a, {kA.ip, kE.ip, kB.ip}).expect(dial(a, {kA.ip, 443}));
  server.target_fails(a).expect(dial(a, {kE.ip, 443}));
  server.wait(10s).expect(dial(a, {kB.ip, 443}));
  server.target_connects(a).expect(resume(a));
  server.wait(1h).expect_silence();
  server.closes_all();
  server.expect_nothing_left();
}

TEST(ServerTcp, ALateResolutionChangesNothing) {
  ServerScript server;
  const auto a = connect(server);
  server.resolves(a, {kB.ip}).expect_silence();
  server.target_fails(a).expect_silence();
  server.closes_all();
}

// ----- egress

ServerSettings public_only() {
  ServerSettings settings;
  settings.egress.deny(at("93.184.216.34:8443"));  // where the server itself listens
  return settings;
}

TEST(ServerEgress, ADeniedAddressIsNeverDialled) {  // EGRESS-1
  for (const auto* denied :
       {"127.0.0.1:80", "10.1.2.3:80", "169.254.169.254:80", "224.0.0.1:80", "255.255.255.255:80",
        "0.0.0.0:80", "[::1]:80", "[fe80::1]:80", "[fc00::1]:80", "[ff02::1]:80",
        "[::ffff:127.0.0.1]:80", "93.184.216.34:8443", "93.184.216.34:0"}) {
    ServerScript server(public_only());
    const auto a = server.accept();
    server.client_sends(a, tcp_request(at(denied))).expect(pause(a), close(a));
    EXPECT_EQ(server.counters().requests_denied, 1u);
    server.expect_nothing_left();
  }
}

TEST(ServerEgress, IsAskedAfterResolution) {  // EGRESS-1
  ServerScript server(public_only());
  const auto a = server.accept(), b = server.accept();
  server.client_sends(a, tcp_request(kName));
  server.resolves(a, {ip("127.0.0.1"), ip("::ffff:10.0.0.1")}).expect(close(a));
  server.client_sends(b, tcp_request(kName));
  server.resolves(b, {ip("127.0.0.1"), ip("8.8.8.8")}).expect(dial(b, at("8.8.8.8:443")));
  EXPECT_EQ(server.counters().requests_denied, 1u);
  server.closes_all();
}

TEST(ServerEgress, ALiteralInANameIsResolvedAndDenied) {  // EGRESS-1
  ServerScript server(public_only());
  const auto a = server.accept();
  server.client_sends(a, tcp_request(NamedEndpoint{"127.0.0.1", 80}))
      .expect(pause(a), resolve(a, "127.0.0.1"));
  server.resolves(a, {ip("127.0.0.1")}).expect(close(a));
}

TEST(ServerEgress, AnotherPortOfTheServersAddressIsAllowed) {
  ServerScript server(public_only());
  const auto a = server.accept();
  server.client_sends(a, tcp_request(at("93.184.216.34:443")))
      .expect(pause(a), dial(a, at("93.184.216.34:443")));
  server.closes_all();
}

TEST(ServerEgress, DeniesChannelsOfBothVersions) {  // EGRESS-1
  ServerScript server(public_only());
  server.open_crumfurs();
  const auto v1 = server.accept(), v0 = server.accept();
  server.client_sends(v1, udp_request(at("192.168.0.1:53"))).expect(close(v1));
  server.client_sends(v0, v0_udp_request(at("192.168.0.1:53"))).expect(close(v0));
  EXPECT_EQ(server.core().mappings(), 0u);
  EXPECT_EQ(server.counters().requests_denied, 2u);
  server.closes_all();
  server.expect_nothing_left();
}

TEST(ServerEgress, DeniesChannelsAfterResolution) {  // EGRESS-1
  ServerScript server(public_only());
  server.open_crumfurs();
  const auto a = server.accept(), b = server.accept();
  server.client_sends(a, udp_request(NamedEndpoint{"rebind.example", 53}));
  server.resolves(a, {ip("127.0.0.1")}).expect(close(a));
  server.client_sends(b, v0_udp_request(NamedEndpoint{"rebind.example", 53}));
  server.resolves(b, {ip("127.0.0.1"), ip("1.1.1.1")})
      .expect(resume(b), open_mapping(MappingId{1}));
  EXPECT_EQ(server.counters().requests_denied, 1u);
  server.closes_all();
  server.expect_nothing_left();
}

}  // namespace
}  // namespace fullcone
