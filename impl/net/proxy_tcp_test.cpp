// TCP through the whole proxy: app, client, server and target are sockets on loopback.
#include <gtest/gtest.h>

#include <thread>

#include "net/testing/proxy.hpp"
#include "net/testing/socks5_app.hpp"
#include "net/testing/tls_connection.hpp"

namespace fullcone::testing {
namespace {

Bytes pattern(std::size_t size, std::uint8_t seed) {
  Bytes octets(size);
  for (std::size_t i = 0; i < size; ++i) {
    octets[i] = static_cast<std::uint8_t>(seed + i + (i >> 8) * 7 + (i >> 16) * 31);
  }
  return octets;
}

struct ProxyTcp : ::testing::Test {
  Server server;
  Client client{server};
  TcpListener target;
  Socks5App app{client.endpoint()};
};

TEST_F(ProxyTcp, FiveMegabytesEachWayAtOnce) {
  const Bytes up = pattern(5'000'000, 1);
  const Bytes down = pattern(5'000'000, 2);
  const auto& near = app.connect(target.endpoint());
  const auto far = target.accept();
  Bytes received;
  {
    const std::jthread near_writer([&] { near.send(up), near.end(); });
    const std::jthread far_writer([&] { far.send(down), far.end(); });
    const std::jthread far_reader([&] { received = far.receive_to_end(); });
    EXPECT_TRUE(near.receive_to_end() == down);
  }
  EXPECT_TRUE(received == up);
}

TEST_F(ProxyTcp, AppEndsFirstAndStillReads) {
  const auto& near = app.connect(target.endpoint());
  const auto far = target.accept();
  near.send(as_bytes("request"));
  near.end();
  EXPECT_EQ(as_text(far.receive_to_end()), "request");
  far.send(as_bytes("response"));
  far.end();
  EXPECT_EQ(as_text(near.receive_to_end()), "response");
}

TEST_F(ProxyTcp, TargetEndsFirstAndStillReads) {
  const auto& near = app.connect(target.endpoint());
  const auto far = target.accept();
  far.send(as_bytes("banner"));
  far.end();
  EXPECT_EQ(as_text(near.receive_to_end()), "banner");
  near.send(as_bytes("late"));
  near.end();
  EXPECT_EQ(as_text(far.receive_to_end()), "late");
}

TEST_F(ProxyTcp, TargetThatRefusesEndsTheTunnelInSilence) {
  const Endpoint refusing = TcpListener().endpoint();
  EXPECT_TRUE(app.connect(refusing).receive_to_end().empty());
}

TEST_F(ProxyTcp, TargetByNameIsResolvedByTheServer) {
  const auto& near = app.connect(NamedEndpoint{"localhost", target.endpoint().port});
  near.send(as_bytes("hi"));
  EXPECT_EQ(as_text(target.accept().receive_exactly(2)), "hi");
}

TEST_F(ProxyTcp, NameThatDoesNotResolveEndsTheTunnelInSilence) {
  EXPECT_TRUE(app.connect(NamedEndpoint{"no-such-host.invalid", 80}).receive_to_end().empty());
}

TEST_F(ProxyTcp, ResetOfTheTargetResetsTheApp) {
  const auto& near = app.connect(target.endpoint());
  auto far = target.accept();
  near.send(as_bytes("hi"));
  far.receive_exactly(2);
  far.reset();
  EXPECT_TRUE(near.is_reset());
}

TEST_F(ProxyTcp, ResetOfTheAppResetsTheTarget) {
  auto& near = app.connect(target.endpoint());
  const auto far = target.accept();
  near.reset();
  EXPECT_TRUE(far.is_reset());
}

constexpr std::size_t kMostSent = 64'000'000;

struct Full {
  std::size_t sent;
  std::size_t acknowledged;
};

// Sends until nobody takes more.
Full send_until_full(const TcpConnection& from) {
  const Bytes chunk = pattern(100'000, 5);
  const timeval quiet{0, 300'000};
  ::setsockopt(from.fd(), SOL_SOCKET, SO_SNDTIMEO, &quiet, sizeof quiet);
  std::size_t sent = 0;
  while (sent < kMostSent) {
    const ssize_t count = ::send(from.fd(), chunk.data(), chunk.size(), MSG_NOSIGNAL);
    if (count < 0) break;
    sent += static_cast<std::size_t>(count);
  }
  return {sent, sent - unacknowledged_octets(from.fd())};
}

TEST_F(ProxyTcp, WhatTheTargetSentBeforeItsResetReachesAnAppThatReadsLate) {
  const auto& near = app.connect(target.endpoint());
  auto far = target.accept();
  const std::size_t taken = send_until_full(far).acknowledged;
  far.reset();
  const auto received = near.receive_to_reset();
  ASSERT_TRUE(received.has_value());
  EXPECT_GE(received->size(), taken);
}

TEST_F(ProxyTcp, WhatTheAppSentBeforeItsResetReachesATargetThatReadsLate) {
  auto& near = app.connect(target.endpoint());
  const auto far = target.accept();
  const std::size_t taken = send_until_full(near).acknowledged;
  near.reset();
  const auto received = far.receive_to_reset();
  ASSERT_TRUE(received.has_value());
  EXPECT_GE(received->size(), taken);
}

// As a web server does that answers before it has read the whole request.
TEST_F(ProxyTcp, AnAnswerBeforeAResetReachesAnAppThatIsStillSending) {
  const auto& near = app.connect(target.endpoint());
  auto far = target.accept();
  send_until_full(near);
  far.send(as_bytes("too much"));
  far.reset();
  const auto received = near.receive_to_reset();
  ASSERT_TRUE(received.has_value());
  EXPECT_EQ(as_text(*received), "too much");
}

// What does not fit into the sockets' own buffers stays with the sender.
TEST_F(ProxyTcp, AppThatDoesNotReadHoldsTheTargetBack) {
  const auto& near = app.connect(target.endpoint());
  const auto far = target.accept();
  const std::size_t sent = send_until_full(far).sent;
  EXPECT_LT(sent, kMostSent);
  far.end();
  EXPECT_EQ(near.receive_to_end().size(), sent);
}

TEST_F(ProxyTcp, LastOctetsReachAnAppThatEndedBeforeAndReadsLate) {
  const Bytes down = pattern(20'000'000, 4);
  const auto& near = app.connect(target.endpoint());
  near.end();
  const auto far = target.accept();
  EXPECT_TRUE(far.receive_to_end().empty());
  const std::jthread writer([&] { far.send(down), far.end(); });
  EXPECT_TRUE(near.receive_to_end() == down);
}

TEST_F(ProxyTcp, UnknownUserIsClosedWithoutAWord) {
  const Client other(server, [](ClientOptions& options) { options.settings.user = Uuid{}; });
  Socks5App app_of_other(other.endpoint());
  EXPECT_TRUE(app_of_other.connect(target.endpoint()).receive_to_end().empty());
}

TEST_F(ProxyTcp, VersionZero) {
  const Client old(server, [](ClientOptions& options) { options.settings.version = 0; });
  Socks5App app_of_old(old.endpoint());
  const auto& near = app_of_old.connect(target.endpoint());
  const auto far = target.accept();
  near.send(as_bytes("up"));
  EXPECT_EQ(as_text(far.receive_exactly(2)), "up");
  far.send(as_bytes("down"));
  EXPECT_EQ(as_text(near.receive_exactly(4)), "down");
}

// A clean close must not turn into a reset because of what the client still sends.
TEST_F(ProxyTcp, RejectedRequestEndsWithCloseNotifyWhateverFollowsIt) {
  TlsClientContext context(pinned(server), "127.0.0.1");
  const TlsConnection connection(server.endpoint(), context);
  connection.send(Bytes(1'000'000, 9));
  EXPECT_EQ(connection.await_end(), TlsConnection::End::close_notify);
}

TEST(ProxyTcpFallback, WhatIsNotVlessGoesToTheWebServer) {
  const TcpListener web;
  const Server server([&](ServerOptions& options) { options.settings.fallback = web.endpoint(); });
  TlsClientContext context(pinned(server), "127.0.0.1");
  const TlsConnection browser(server.endpoint(), context);
  browser.send(as_bytes("GET / HTTP/1.1\r\n"));
  const auto far = web.accept();
  EXPECT_EQ(as_text(far.receive_exactly(16)), "GET / HTTP/1.1\r\n");
  far.send(as_bytes("HTTP/1.1 200 OK\r\n"));
  EXPECT_EQ(as_text(browser.receive_exactly(17)), "HTTP/1.1 200 OK\r\n");
}

TEST(ProxyTcpEgress, TheServersOwnListenerIsDenied) {
  const Server server([](ServerOptions& options) {
    options.settings.egress.deny(*Network::parse("203.0.113.0/24"));
  });
  const Client client(server);
  const TcpListener target;
  Socks5App allowed(client.endpoint());
  allowed.connect(target.endpoint());
  target.accept();
  Socks5App denied(client.endpoint());
  EXPECT_TRUE(denied.connect(server.endpoint()).receive_to_end().empty());
}

}  // namespace
}  // namespace fullcone::testing
