// Client and server joined by mux: TCP and UDP on one connection, its loss, and what is left
// (MUX-1..4). The rules of the endpoint alone are in mux_endpoint_test.cpp and
// mux_writing_test.cpp.
#include <gtest/gtest.h>

#include "core/testing/pair.hpp"

namespace fullcone {
namespace {

using Inbox = Pair::Inbox;

ClientSettings by_mux() {
  ClientSettings settings = alices_settings();
  settings.udp = UdpMode::mux;
  settings.tcp = TcpMode::mux;
  return settings;
}

ClientSettings automatic(std::size_t after) {
  ClientSettings settings = alices_settings();
  settings.udp = UdpMode::automatic;
  settings.limits.mux_after = after;
  return settings;
}

const Destination kTarget = at("192.0.2.1:80");

// An app whose tunnel to `target` is through.
LocalId tunnel(Pair& pair, const Destination& target = kTarget) {
  const auto app = pair.app_connects();
  pair.app_sends(app, "\5\1" + std::string(1, '\0'));
  pair.app_sends(app, socks_request(socks5::Command::connect, target));
  pair.drive();
  pair.take_stream(app);
  return app;
}

Endpoint last_source(Pair& pair, const Endpoint& peer) {
  const auto inbox = pair.take_inbox(peer);
  EXPECT_FALSE(inbox.empty()) << peer.to_string();
  return inbox.empty() ? Endpoint{} : std::get<Endpoint>(inbox.back().from);
}

// ----- TCP

TEST(PairMux, TunnelsShareOneConnection) {  // TCP-1, TCP-2
  Pair pair(by_mux());
  const auto one = tunnel(pair), two = tunnel(pair);
  EXPECT_EQ(pair.links().size(), 1u);
  EXPECT_EQ(pair.client().mux_streams(), 2u);
  pair.app_sends(one, "first");
  pair.app_sends(two, "second");
  pair.drive();
  EXPECT_EQ(pair.take_stream(one), "first");
  EXPECT_EQ(pair.take_stream(two), "second");
  pair.app_ends(one);  // its target ends, too
  pair.drive();
  EXPECT_EQ(pair.take_stream(one), "<end><end>");
  EXPECT_EQ(pair.client().mux_streams(), 1u);
  pair.app_is_cut(two);
  pair.drive();
  EXPECT_EQ(pair.client().mux_streams(), 0u);
  EXPECT_EQ(pair.server().connections(), 1u);
  pair.wait(60s);  // the connection without a stream
  pair.expect_nothing_left();
}

TEST(PairMux, MuchIsCarriedWithinTheCredit) {  // MUX-2
  Pair pair(by_mux());
  const auto app = tunnel(pair);
  std::string sent;
  for (int i = 0; i < 40; ++i) {
    const std::string chunk(50'000, static_cast<char>('a' + i % 26));
    sent += chunk;
    pair.app_sends(app, chunk);
    pair.drive();
  }
  EXPECT_EQ(pair.take_stream(app), sent);
  pair.app_ends(app);
  pair.wait(60s);
  pair.expect_nothing_left();
}

TEST(PairMux, ATargetThatRefusesIsAResetStream) {  // TCP-3
  Pair pair(by_mux());
  const auto app = pair.app_connects();
  pair.app_sends(app, "\5\1" + std::string(1, '\0'));
  pair.app_sends(app, socks_request(socks5::Command::connect, at("192.0.2.1:1")));
  pair.drive();
  EXPECT_TRUE(pair.take_stream(app).ends_with("<cut>"));
  EXPECT_EQ(pair.server().counters().mux_streams_lost, 1u);
  const auto other = tunnel(pair, NamedEndpoint{"nowhere.example", 80});
  EXPECT_EQ(pair.take_stream(other), "");
  EXPECT_EQ(pair.client().locals(), 0u);
  pair.wait(60s);
  pair.expect_nothing_left();
}

TEST(PairMux, AServerThatCannotBeReachedFailsTheRequest) {
  Pair pair(by_mux());
  pair.refuse_links(true);
  const auto app = pair.app_connects();
  pair.app_sends(app, "\5\1" + std::string(1, '\0'));
  pair.app_sends(app, socks_request(socks5::Command::connect, kTarget));
  pair.drive();
  const std::string failure(as_text(socks_reply(socks5::Reply::general_failure)));
  EXPECT_TRUE(pair.take_stream(app).ends_with(failure + "<end>"));
  EXPECT_EQ(pair.client().server_connections(), 0u);
  pair.expect_nothing_left();
}

TEST(PairMux, AConnectionThatIsFullHasASecondBesideIt) {
  ClientSettings settings = by_mux();
  settings.limits.mux.streams = 2;
  Pair pair(settings);
  const auto one = tunnel(pair), two = tunnel(pair), three = tunnel(pair);
  EXPECT_EQ(pair.links().size(), 2u);
  for (const auto app : {one, two, three}) {
    pair.app_sends(app, in_words(app));
    pair.drive();
    EXPECT_EQ(pair.take_stream(app), in_words(app));
    pair.app_ends(app);
  }
  pair.wait(60s);
  pair.expect_nothing_left();
}

// ----- UDP

TEST(PairMux, OnePortForAllAndAnyoneMayAnswer) {  // MUX-1
  Pair pair(by_mux());
  const auto app = pair.associate();
  pair.app_sends_to(app, kA, "hi");
  pair.app_sends_to(app, kB, "hello");
  pair.app_sends_to(app, kE, "six");
  pair.drive();
  EXPECT_EQ(pair.links().size(), 1u);
  const Endpoint port = last_source(pair, kA);
  EXPECT_EQ(last_source(pair, kB), port);
  EXPECT_NE(last_source(pair, kE), port);
  EXPECT_EQ(pair.external_ports().size(), 2u);
  pair.peer_sends(kC, port, "a stranger");
  pair.peer_sends(kA, port, "");
  pair.drive();
  EXPECT_EQ(pair.take_inbox(app), (Inbox{{kC, "a stranger"}, {kA, ""}}));
  pair.app_ends(app);
  pair.drive();
  EXPECT_TRUE(pair.external_ports().empty());
  pair.wait(60s);
  pair.expect_nothing_left();
}

TEST(PairMux, ANameIsResolvedOnceAndPinned) {  // UDP-7
  Pair pair(by_mux());
  pair.name("a.example", kA.ip);
  const auto app = pair.associate();
  const NamedEndpoint named{"a.example", kA.port};
  pair.app_sends_to(app, named, "one");
  pair.app_sends_to(app, named, "two");
  pair.app_sends_to(app, NamedEndpoint{"nowhere.example", 1}, "lost");
  pair.drive();
  pair.name("a.example", kB.ip);
  pair.app_sends_to(app, named, "three");
  pair.drive();
  EXPECT_EQ(pair.take_inbox(kA).size(), 3u);
  EXPECT_EQ(pair.server().counters().dropped_unresolved, 1u);
  pair.wait(400s);  // the mapping expires, and the pin with it
  pair.app_sends_to(app, named, "four");
  pair.drive();
  const auto later = pair.take_inbox({kB.ip, kA.port});
  EXPECT_EQ(later.size(), 1u);
  pair.app_ends(app);
  pair.wait(60s);
  pair.expect_nothing_left();
}

TEST(PairMux, TwoAssociationsStayApart) {  // CONE-9, SOCKS-5
  Pair pair(by_mux());
  const auto one = pair.associate(), two = pair.associate();
  pair.app_sends_to(one, kA, "one");
  pair.drive();
  const Endpoint port = last_source(pair, kA);
  pair.app_sends_to(two, kA, "two");
  pair.drive();
  const Endpoint other = last_source(pair, kA);
  EXPECT_NE(port, other);
  pair.peer_sends(kA, port, "to one");
  pair.peer_sends(kB, other, "to two");
  pair.drive();
  EXPECT_EQ(pair.take_inbox(one), (Inbox{{kA, "to one"}}));
  EXPECT_EQ(pair.take_inbox(two), (Inbox{{kB, "to two"}}));
  pair.app_ends(one);
  pair.app_ends(two);
  pair.wait(60s);
  pair.expect_nothing_left();
}

TEST(PairMux, PolicyIsAppliedToEachDatagram) {  // EGRESS-1
  ServerSettings settings = open_settings();
  settings.egress.deny(kB);
  Pair pair(by_mux(), settings);
  const auto app = pair.associate();
  pair.app_sends_to(app, kA, "allowed");
  pair.app_sends_to(app, kB, "denied");
  pair.drive();
  EXPECT_EQ(pair.take_inbox(kA).size(), 1u);
  EXPECT_TRUE(pair.take_inbox(kB).empty());
  EXPECT_EQ(pair.server().counters().dropped_denied, 1u);
  const auto tunnelled = tunnel(pair, kB);
  EXPECT_EQ(pair.server().counters().mux_streams_lost, 1u);
  EXPECT_EQ(pair.take_stream(tunnelled), "");
  pair.app_ends(app);
  pair.wait(60s);
  pair.expect_nothing_left();
}

// ----- auto

TEST(PairMux, AutoBeginsIsolatedAndGoesOnByMux) {
  Pair pair(automatic(2));
  const auto app = pair.associate();
  for (const auto& peer : {kA, kB, kC, kD}) {
    pair.app_sends_to(app, peer, "hi");
    pair.drive();
  }
  EXPECT_EQ(pair.links().size(), 4u);  // CRUMFURS, two channels, mux
  const Endpoint a = last_source(pair, kA), b = last_source(pair, kB), c = last_source(pair, kC);
  EXPECT_NE(a, b);
  EXPECT_NE(b, c);
  EXPECT_EQ(last_source(pair, kD), c);
  pair.app_sends_to(app, kA, "still");
  pair.drive();
  EXPECT_EQ(last_source(pair, kA), a);
  pair.app_ends(app);
  pair.wait(60s);
  pair.expect_nothing_left();
}

// A stranger is answered from the port that it wrote to, whichever it was.
TEST(PairMux, AutoAnswersAStrangerFromThePortThatHeardIt) {  // CONE-7
  Pair pair(automatic(1));
  const auto app = pair.associate();
  for (const auto& peer : {kA, kB}) {
    pair.app_sends_to(app, peer, "hi");
    pair.drive();
  }
  const Endpoint isolated = last_source(pair, kA), shared = last_source(pair, kB);
  pair.peer_sends(kC, isolated, "to the channel's");
  pair.peer_sends(kD, shared, "to the mux's");
  pair.drive();
  EXPECT_EQ(pair.take_inbox(app).size(), 2u);
  pair.app_sends_to(app, kC, "aye");
  pair.app_sends_to(app, kD, "aye");
  pair.drive();
  EXPECT_EQ(last_source(pair, kC), isolated);
  EXPECT_EQ(last_source(pair, kD), shared);
  pair.app_ends(app);
  pair.wait(60s);
  pair.expect_nothing_left();
}

// ----- the loss of the connection

TEST(PairMux, AssociationsGoOnAndTunnelsEnd) {
  Pair pair(by_mux());
  const auto app = pair.associate();
  pair.app_sends_to(app, kA, "hi");
  const auto cut = tunnel(pair);
  const Endpoint before = last_source(pair, kA);
  pair.cut(*pair.links().begin());
  pair.drive();
  EXPECT_EQ(pair.take_stream(cut), "<cut>");
  EXPECT_TRUE(pair.external_ports().empty());
  EXPECT_EQ(pair.links().size(), 0u);
  pair.wait(1200ms);  // it comes back by itself
  EXPECT_EQ(pair.links().size(), 1u);
  pair.app_sends_to(app, kA, "again");
  pair.drive();
  const Endpoint after = last_source(pair, kA);
  EXPECT_NE(before, after);
  pair.peer_sends(kB, after, "ahoy");
  pair.drive();
  EXPECT_EQ(pair.take_inbox(app), (Inbox{{kB, "ahoy"}}));
  pair.app_ends(app);
  pair.wait(60s);
  pair.expect_nothing_left();
}

TEST(PairMux, WhatIsSentMeanwhileWaitsForTheNextConnection) {
  Pair pair(by_mux());
  const auto app = pair.associate();
  pair.app_sends_to(app, kA, "hi");
  pair.drive();
  pair.cut(*pair.links().begin());
  pair.drive();
  pair.take_inbox(kA);
  pair.app_sends_to(app, kA, "meanwhile");
  const auto local = pair.app_connects();
  pair.app_sends(local, "\5\1" + std::string(1, '\0'));
  pair.app_sends(local, socks_request(socks5::Command::connect, kTarget) + "early");
  pair.wait(1200ms);
  EXPECT_EQ(pair.take_inbox(kA).size(), 1u);
  EXPECT_TRUE(pair.take_stream(local).ends_with("early"));
  pair.app_ends(app);
  pair.app_ends(local);
  pair.wait(60s);
  pair.expect_nothing_left();
}

TEST(PairMux, AnOutageIsMetWithGrowingPauses) {
  Pair pair(by_mux());
  const auto app = pair.associate();
  pair.app_sends_to(app, kA, "hi");
  pair.drive();
  pair.refuse_links(true);
  pair.cut(*pair.links().begin());
  pair.wait(60s);
  const auto tries = pair.client().counters().mux_lost - 1;
  EXPECT_GE(tries, 8u);
  EXPECT_LE(tries, 20u);
  pair.refuse_links(false);
  pair.wait(10s);
  EXPECT_EQ(pair.links().size(), 1u);
  pair.app_ends(app);
  pair.wait(60s);
  pair.expect_nothing_left();
}

TEST(PairMux, AShutDownLeavesNothing) {
  Pair pair(by_mux());
  const auto app = pair.associate();
  pair.app_sends_to(app, kA, "hi");
  tunnel(pair);
  tunnel(pair, NamedEndpoint{"nowhere.example", 80});
  EXPECT_EQ(pair.client().mux_tunnels(), 1u);
  pair.client_closes_all();
  pair.drive();
  pair.expect_nothing_left();
}

}  // namespace
}  // namespace fullcone
