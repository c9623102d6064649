// UDP through the whole proxy: app, client, server and peers are sockets on loopback.
#include <gtest/gtest.h>

#include <deque>

#include "net/testing/proxy.hpp"
#include "net/testing/socks5_app.hpp"
#include "net/testing/tls_connection.hpp"

namespace fullcone::testing {
namespace {

// The app's "hi" reaches the peer; where from, the peer is told.
Endpoint greet(const Socks5Association& app, const UdpPeer& peer) {
  app.send_to(peer.endpoint(), as_bytes("hi"));
  return peer.receive().source;
}

void expect_echo(const Socks5Association& app, const UdpPeer& peer, ByteView payload) {
  app.send_to(peer.endpoint(), payload);
  const auto there = peer.receive();
  EXPECT_EQ(there.payload, to_bytes(payload));
  peer.send_to(there.source, there.payload);
  const auto back = app.receive();
  EXPECT_EQ(back.source, peer.endpoint());
  EXPECT_EQ(back.payload, to_bytes(payload));
}

struct ProxyUdp : ::testing::Test {
  Server server;
  Client client{server};
};

TEST_F(ProxyUdp, EchoesEverySize) {
  const Socks5Association app(client.endpoint());
  const UdpPeer peer;
  for (const std::size_t size : {1u, 0u, 2u, 1472u, 9000u, 65497u}) {
    expect_echo(app, peer, Bytes(size, 0x5a));
  }
}

TEST_F(ProxyUdp, VersionZeroEchoesEverySize) {
  const Client old(server, [](ClientOptions& options) { options.settings.version = 0; });
  const Socks5Association app(old.endpoint());
  const UdpPeer peer;
  for (const std::size_t size : {1u, 0u, 1472u, 65497u}) {
    expect_echo(app, peer, Bytes(size, 0x5a));
  }
}

TEST_F(ProxyUdp, StrangerComesInAndIsAnsweredFromThePortItKnew) {
  const Socks5Association app(client.endpoint());
  const UdpPeer first, stranger;
  const Endpoint external = greet(app, first);

  stranger.send_to(external, as_bytes("hello"));
  const auto heard = app.receive();
  EXPECT_EQ(heard.source, stranger.endpoint());
  EXPECT_EQ(as_text(heard.payload), "hello");

  app.send_to(stranger.endpoint(), as_bytes("answer"));
  const auto answered = stranger.receive();
  EXPECT_EQ(answered.source, external);
  EXPECT_EQ(as_text(answered.payload), "answer");
}

TEST_F(ProxyUdp, EachDestinationHasAPortOfItsOwnUnlessTheClientAsksForOne) {
  const Socks5Association app(client.endpoint());
  const UdpPeer first, second;
  EXPECT_NE(greet(app, first), greet(app, second));

  const Client independent(server, [](ClientOptions& options) {
    options.settings.mapping = MappingPolicy::endpoint_independent;
  });
  const Socks5Association other(independent.endpoint());
  EXPECT_EQ(greet(other, first), greet(other, second));
}

TEST_F(ProxyUdp, Ipv6) {
  const Socks5Association app(client.endpoint());
  const UdpPeer peer({IpAddress::v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), 0});
  expect_echo(app, peer, as_bytes("six"));
}

TEST_F(ProxyUdp, PeerByName) {
  const Socks5Association app(client.endpoint());
  const UdpPeer peer;
  app.send_to(NamedEndpoint{"localhost", peer.endpoint().port}, as_bytes("hi"));
  EXPECT_EQ(as_text(peer.receive().payload), "hi");
}

TEST_F(ProxyUdp, EndOfTheControlConnectionEndsTheSession) {
  const UdpPeer peer;
  {
    const Socks5Association app(client.endpoint());
    greet(app, peer);
    EXPECT_EQ(server.runner->status().sessions, 1u);
    EXPECT_EQ(server.runner->status().mappings, 1u);
  }
  EXPECT_TRUE(eventually([&] {
    const auto left = server.runner->status();
    return left.connections == 0 && left.sessions == 0 && left.mappings == 0;
  }));
}

TEST_F(ProxyUdp, PeerThatIsNotThereDoesNotDisturbTheOthers) {
  const Socks5Association app(client.endpoint());
  const UdpPeer peer;
  const Endpoint nobody = UdpPeer().endpoint();
  for (int i = 0; i < 20; ++i) {
    app.send_to(nobody, as_bytes("anybody?"));
    expect_echo(app, peer, as_bytes("still here"));
  }
}

// The kernel spreads connections over the threads; each session's come together on one of them.
TEST(ProxyUdpThreads, SessionsAreSpreadAndTheirConnectionsHandedOver) {
  const Server server([](ServerOptions& options) { options.threads = 2; });
  const Client client(server, [](ClientOptions& options) { options.threads = 2; });
  const UdpPeer first, second, stranger;
  std::deque<Socks5Association> apps;
  for (int i = 0; i < 16; ++i) {
    const auto& app = apps.emplace_back(client.endpoint());
    expect_echo(app, first, as_bytes("one"));
    expect_echo(app, second, as_bytes("two"));
    stranger.send_to(greet(app, first), as_bytes("three"));
    EXPECT_EQ(app.receive().source, stranger.endpoint());
  }
  EXPECT_EQ(server.runner->status().sessions, 16u);
  EXPECT_EQ(server.runner->status().connections, 48u);
}

// Octets behind the request travel with the connection: those read with it, those that OpenSSL
// holds, and those still in the socket.
TEST(ProxyUdpThreads, NothingBehindTheRequestIsLostInAHandOver) {
  const Server server([](ServerOptions& options) { options.threads = 2; });
  TlsClientContext context(pinned(server), "127.0.0.1");
  const UdpPeer peer;
  for (std::uint8_t session = 1; session <= 8; ++session) {
    RequestHeader header;
    header.user = kUser;
    header.session.octets.fill(session);
    header.command = Command::crumfurs;
    const TlsConnection crumfurs(server.endpoint(), context);
    crumfurs.request(header);
    crumfurs.receive_exactly(1);

    header.command = Command::udp;
    header.destination = peer.endpoint();
    const TlsConnection channel(server.endpoint(), context);
    Bytes octets;
    encode_request_header(header, octets);
    for (std::uint8_t i = 0; i < 100; ++i) append(octets, Bytes{0, 1, i});
    channel.send(octets);
    for (std::uint8_t i = 100; i < 200; ++i) channel.send(Bytes{0, 1, i});
    channel.send_close_notify();
    for (std::uint8_t i = 0; i < 200; ++i) EXPECT_EQ(peer.receive().payload, Bytes{i});
    EXPECT_EQ(channel.await_end(), TlsConnection::End::close_notify);
  }
}

// CRUM-10: a client that does not read costs a bounded queue, and nobody else waits.
TEST_F(ProxyUdp, SlowReaderIsBoundedAndAlone) {
  TlsClientContext context(pinned(server), "127.0.0.1");
  RequestHeader header;
  header.user = kUser;
  header.command = Command::crumfurs;
  const TlsConnection crumfurs(server.endpoint(), context);
  crumfurs.request(header);
  crumfurs.receive_exactly(1);
  const UdpPeer peer;
  header.command = Command::udp;
  header.destination = peer.endpoint();
  const TlsConnection channel(server.endpoint(), context);
  channel.request(header);
  channel.send(Bytes{0, 0});
  const Endpoint external = peer.receive().source;

  const Bytes payload(60'000);
  EXPECT_TRUE(eventually([&] {
    for (int i = 0; i < 50; ++i) peer.send_to(external, payload);
    return server.runner->status().counters.dropped_channel_full != 0;
  }));
  const Socks5Association app(client.endpoint());
  const UdpPeer other;
  expect_echo(app, other, as_bytes("not waiting"));
}

}  // namespace
}  // namespace fullcone::testing
