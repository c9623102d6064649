// An app's TCP connection through the client: TCP-1, TCP-2, RSP-0, and what the app is told.
#include <gtest/gtest.h>

#include "base/hex_testing.hpp"
#include "core/testing/client_script.hpp"

namespace fullcone {
namespace {

constexpr ConnectionId kServer{1};
const Destination kShop = NamedEndpoint{"shop.example", 443};
const std::string kHttpConnect = "CONNECT shop.example:443 HTTP/1.1\r\n\r\n";

// An app whose CONNECT is made; the server is being dialled.
LocalId ask(ClientScript& client, const Octets& early = "") {
  const auto app = client.app_connects();
  client.app_sends(app, Bytes{5, 1, 0});
  client.app_sends(app, socks_request(socks5::Command::connect, kShop) + early)
      .expect(pause_local(app), connect(kServer));
  return app;
}
LocalId open_tunnel(ClientScript& client) {
  const auto app = ask(client);
  client.connects(kServer);
  return app;
}

TEST(ClientTunnel, AnswersOnceTheRequestIsOnItsWay) {
  ClientScript client;
  const auto app = ask(client, "early");
  client.app_sends(app, " more").expect_silence();  // read before the pause took effect
  client.connects(kServer).expect(write_server(kServer, tcp_request(kShop) + "early more"),
                                  write_local(app, socks_reply(socks5::Reply::succeeded)),
                                  splice(app, kServer), resume_local(app));
  client.closes_all().expect(close_server(kServer, CloseKind::abort), close_local(app));
  client.expect_nothing_left();
}

TEST(ClientTunnel, RelaysOctetsBothWays) {  // TCP-1, RSP-1
  ClientScript client;
  const auto app = open_tunnel(client);
  client.app_sends(app, "question").expect(write_server(kServer, "question"));
  client.server_sends(kServer, hex("0000 41")).expect(write_local(app, hex("0000 41")));
  client.app_is_cut(app).expect(close_server(kServer, CloseKind::abort));
  client.expect_nothing_left();
}

TEST(ClientTunnel, AnswersHttpInItsOwnWords) {
  ClientScript client;
  const auto app = client.app_connects();
  client.app_sends(app, kHttpConnect + "early").expect(pause_local(app), connect(kServer));
  client.connects(kServer).expect(write_server(kServer, tcp_request(kShop) + "early"),
                                  write_local(app, http::kEstablished), splice(app, kServer),
                                  resume_local(app));
  client.closes_all();
  client.expect_nothing_left();
}

TEST(ClientTunnel, TakesTheResponseOfV0Off) {  // RSP-0
  ClientScript client(alices_settings(0));
  const auto app = ask(client);
  client.connects(kServer).expect(write_server(kServer, tcp_request(kShop, 0)),
                                  write_local(app, socks_reply(socks5::Reply::succeeded)),
                                  splice(app, kServer), resume_local(app));
  client.server_sends(kServer, hex("00")).expect_silence();
  client.server_sends(kServer, hex("00 41 00")).expect(write_local(app, hex("41 00")));
  client.server_sends(kServer, hex("00 00")).expect(write_local(app, hex("00 00")));
  client.closes_all();
}

TEST(ClientTunnel, ClosesOnAnythingElseInItsPlace) {  // RSP-0
  ClientScript client(alices_settings(0));
  const auto app = open_tunnel(client);
  client.server_sends(kServer, "HTTP/1.1 400 Bad Request\r\n")
      .expect(close_server(kServer, CloseKind::abort), close_local(app, CloseKind::abort));
  client.expect_nothing_left();
}

// ----- how it ends

TEST(ClientTunnel, PassesOnTheAppsEndAndGoesOn) {  // TCP-2
  ClientScript client;
  const auto app = open_tunnel(client);
  client.app_ends(app).expect(half_close_server(kServer));
  client.server_sends(kServer, "late").expect(write_local(app, "late"));
  client.server_ends(kServer).expect(close_server(kServer), close_local(app));
  client.expect_nothing_left();
}

TEST(ClientTunnel, PassesOnTheServersEndAndGoesOn) {  // TCP-2
  ClientScript client;
  const auto app = open_tunnel(client);
  client.server_ends(kServer).expect(half_close_local(app));
  client.app_sends(app, "late").expect(write_server(kServer, "late"));
  client.app_ends(app).expect(close_server(kServer), close_local(app));
  client.expect_nothing_left();
}

TEST(ClientTunnel, PassesOnAnEndThatCameWhileDialling) {  // TCP-2
  ClientScript client;
  const auto app = ask(client, "question");
  client.app_ends(app).expect_silence();
  client.connects(kServer).expect(write_server(kServer, tcp_request(kShop) + "question"),
                                  write_local(app, socks_reply(socks5::Reply::succeeded)),
                                  splice(app, kServer), half_close_server(kServer),
                                  resume_local(app));
  client.server_ends(kServer).expect(close_server(kServer), close_local(app));
  client.expect_nothing_left();
}

TEST(ClientTunnel, ACutEndsBothDirections) {  // TCP-2
  ClientScript client;
  const auto app = open_tunnel(client);
  client.server_is_cut(kServer).expect(close_local(app, CloseKind::abort));
  client.expect_nothing_left();
}

TEST(ClientTunnel, AnAppThatGoesWhileDiallingTakesTheDialWithIt) {
  ClientScript client;
  const auto app = ask(client);
  client.app_is_cut(app).expect(close_server(kServer, CloseKind::abort));
  client.expect_nothing_left();
}

TEST(ClientTunnel, AServerThatCannotBeReachedIsAGeneralFailure) {  // never 3, 4, 5 or 6
  for (const auto why :
       {ConnectFailure::unresolved, ConnectFailure::unreachable, ConnectFailure::refused,
        ConnectFailure::timed_out, ConnectFailure::tls, ConnectFailure::other}) {
    ClientScript client;
    const auto app = ask(client);
    client.fails(kServer, why)
        .expect(write_local(app, socks_reply(socks5::Reply::general_failure)), close_local(app));
    client.expect_nothing_left();
  }
}

TEST(ClientTunnel, HttpIsToldABadGatewayOrATimeout) {
  for (const auto& [why, status] :
       {std::pair{ConnectFailure::refused, 502}, std::pair{ConnectFailure::tls, 502},
        std::pair{ConnectFailure::timed_out, 504}}) {
    ClientScript client;
    const auto app = client.app_connects();
    client.app_sends(app, kHttpConnect);
    client.fails(kServer, why)
        .expect(write_local(app, http::error_response(status)), close_local(app));
    client.expect_nothing_left();
  }
}

// ----- before a tunnel

TEST(ClientHandshake, AFailedOneIsAnsweredAndClosed) {
  ClientScript client;
  const auto app = client.app_connects();
  client.app_sends(app, "GET / HTTP/1.1\r\n\r\n")
      .expect(write_local(app, http::error_response(405)), close_local(app));
  client.app_sends(app, "GET").expect_silence();
  EXPECT_EQ(client.counters().locals_refused, 1u);
  client.expect_nothing_left();
}

TEST(ClientHandshake, OneThatIsNotDoneInTimeIsClosed) {
  ClientScript client;
  const auto app = client.app_connects();
  client.app_sends(app, Bytes{5});
  client.wait(9999ms).expect_silence();
  client.wait(1ms).expect(close_local(app));
  EXPECT_EQ(client.counters().locals_refused, 1u);
  client.expect_nothing_left();
}

TEST(ClientHandshake, ItsTimeoutEndsWithTheRequest) {
  ClientScript client;
  open_tunnel(client);
  client.wait(1h).expect_silence();
  client.closes_all();
}

TEST(ClientHandshake, AnEndOrACutLeavesNothing) {
  ClientScript client;
  const auto ended = client.app_connects(), cut = client.app_connects();
  client.app_ends(ended).expect(close_local(ended));
  client.app_is_cut(cut).expect_silence();
  client.expect_nothing_left();
}

TEST(ClientHandshake, AppsAreBounded) {
  auto settings = alices_settings();
  settings.limits.local_connections = 2;
  ClientScript client(settings);
  const auto first = client.app_connects();
  client.app_connects();
  client.expect_silence();
  const auto over = client.app_connects();
  client.expect(close_local(over));
  client.app_ends(first);
  client.app_connects();
  client.expect_silence();
  client.closes_all();
  client.expect_nothing_left();
}

TEST(ClientHandshake, AppsAreBoundedOverAllShards) {
  auto settings = alices_settings();
  settings.limits.local_connections = 2;
  Client::Held held;
  Client one(settings, 1, held), other(settings, 2, held);
  ClientActions out;
  const auto refused_by = [&](Client& shard, LocalId id) {
    out.clear();
    shard.on_local_accepted(id, kApp, kSocks, {}, out);
    return !out.empty();
  };
  EXPECT_FALSE(refused_by(one, LocalId{1}));
  EXPECT_FALSE(refused_by(other, LocalId{1}));
  EXPECT_TRUE(refused_by(one, LocalId{2}));
  other.on_local_lost(LocalId{1}, {}, out);
  EXPECT_FALSE(refused_by(one, LocalId{3}));
  EXPECT_EQ(held.locals.held(), 2u);
}

}  // namespace
}  // namespace fullcone
