// Client and server together: the exchange of the specification, and what only both can show.
#include <gtest/gtest.h>

#include "core/testing/pair.hpp"

namespace fullcone {
namespace {

using Inbox = Pair::Inbox;

// Who wrote to `peer` last.
Endpoint last_source(Pair& pair, const Endpoint& peer) {
  const auto inbox = pair.take_inbox(peer);
  EXPECT_FALSE(inbox.empty()) << peer.to_string();
  return inbox.empty() ? Endpoint{} : std::get<Endpoint>(inbox.back().from);
}

TEST(Pair, TheExchangeOfTheSpecification) {  // CRUM-4, CONE-2, 3, 5, 6, 7, CRUM-8
  Pair pair;
  const auto app = pair.associate();
  EXPECT_EQ(pair.links().size(), 0u);

  pair.app_sends_to(app, kA, "hi");  // the first destination
  pair.drive();
  EXPECT_EQ(pair.links().size(), 2u);
  const auto p1 = last_source(pair, kA);
  pair.peer_sends(kA, p1, "hello");
  pair.drive();
  EXPECT_EQ(pair.take_inbox(app), (Inbox{{kA, "hello"}}));

  pair.peer_sends(kB, p1, "ahoy");  // a stranger, who learned P1 from A
  pair.drive();
  EXPECT_EQ(pair.take_inbox(app), (Inbox{{kB, "ahoy"}}));
  EXPECT_EQ(pair.links().size(), 2u);
  pair.app_sends_to(app, kB, "aye");  // the hole is punched
  pair.drive();
  EXPECT_EQ(pair.take_inbox(kB), (Inbox{{p1, "aye"}}));
  pair.peer_sends(kB, p1, "go");
  pair.drive();
  EXPECT_EQ(pair.take_inbox(app), (Inbox{{kB, "go"}}));

  pair.app_sends_to(app, kC, "hi");  // it speaks first: another port
  pair.drive();
  EXPECT_NE(last_source(pair, kC), p1);
  pair.peer_sends(kC, p1, "hm");
  pair.drive();
  EXPECT_EQ(pair.take_inbox(app), (Inbox{{kC, "hm"}}));
  EXPECT_EQ(pair.server().counters().delivered_on_crumfurs, 1u);

  pair.app_ends(app);
  pair.expect_nothing_left();
  EXPECT_TRUE(pair.external_ports().empty());
}

TEST(Pair, AnOutageCostsNoPortAndNoStranger) {  // CRUM-8, CONE-10
  Pair pair;
  const auto app = pair.associate();
  pair.app_sends_to(app, kA, "hi");
  pair.drive();
  const auto port = last_source(pair, kA);
  for (const auto link : std::set(pair.links())) pair.cut(link);
  pair.drive();
  pair.refuse_links(true);
  pair.wait(10s);
  pair.peer_sends(kA, port, "are you there?");
  pair.peer_sends(kB, port, "ahoy");
  pair.drive();
  EXPECT_EQ(pair.take_inbox(app), Inbox{});
  pair.refuse_links(false);
  pair.wait(10s);
  EXPECT_EQ(pair.take_inbox(app), (Inbox{{kA, "are you there?"}, {kB, "ahoy"}}));
  pair.app_sends_to(app, kA, "yes");
  pair.app_sends_to(app, kB, "aye");
  pair.drive();
  EXPECT_EQ(last_source(pair, kA), port);
  EXPECT_EQ(last_source(pair, kB), port);
  pair.app_ends(app);
  pair.expect_nothing_left();
}

TEST(Pair, ALongOutageEndsTheSessionAndTheNextBegins) {  // CRUM-8
  Pair pair;
  const auto app = pair.associate();
  pair.app_sends_to(app, kA, "hi");
  pair.drive();
  const auto port = last_source(pair, kA);
  pair.refuse_links(true);
  for (const auto link : std::set(pair.links())) pair.cut(link);
  pair.wait(60s);
  EXPECT_EQ(pair.server().sessions(), 0u);
  EXPECT_TRUE(pair.external_ports().empty());
  pair.refuse_links(false);
  pair.wait(10s);
  pair.app_sends_to(app, kA, "again");
  pair.drive();
  EXPECT_NE(last_source(pair, kA), port);
  pair.app_ends(app);
  pair.expect_nothing_left();
}

TEST(Pair, AnExpiredMappingIsOpenedAnew) {  // CONE-11
  Pair pair;
  const auto app = pair.associate();
  pair.app_sends_to(app, kA, "hi");
  pair.wait(400s);
  EXPECT_TRUE(pair.external_ports().empty());
  EXPECT_EQ(pair.links().size(), 1u);  // CRUMFURS
  pair.app_sends_to(app, kA, "again");
  pair.drive();
  EXPECT_EQ(pair.take_inbox(kA).size(), 2u);
  pair.app_ends(app);
  pair.expect_nothing_left();
}

TEST(Pair, TwoAppsToOneDestination) {  // SOCKS-5, CONE-9
  Pair pair(alices_settings(), open_settings(), 2);
  const auto first = pair.associate(), second = pair.associate();
  pair.app_sends_to(first, kA, "one");
  pair.drive();
  const auto port = last_source(pair, kA);
  pair.app_sends_to(second, kA, "two");
  pair.drive();
  const auto other = last_source(pair, kA);
  EXPECT_NE(port, other);
  pair.peer_sends(kA, port, "to one");
  pair.peer_sends(kB, other, "to two");
  pair.drive();
  EXPECT_EQ(pair.take_inbox(first), (Inbox{{kA, "to one"}}));
  EXPECT_EQ(pair.take_inbox(second), (Inbox{{kB, "to two"}}));
  pair.app_ends(first);
  pair.app_is_cut(second);
  pair.expect_nothing_left();
}

TEST(Pair, TwoAppsMeetByTheirExternalPorts) {  // RFC 4787 REQ-9
  Pair pair(alices_settings(), open_settings(), 2);
  const auto first = pair.associate(), second = pair.associate();
  pair.app_sends_to(first, kA, "who am I?");
  pair.drive();
  const auto port = last_source(pair, kA);
  pair.app_sends_to(second, port, "knock");
  pair.drive();
  const auto inbox = pair.take_inbox(first);
  ASSERT_EQ(inbox.size(), 1u);
  pair.app_sends_to(first, inbox.front().from, "come in");
  pair.drive();
  EXPECT_EQ(pair.take_inbox(second), (Inbox{{port, "come in"}}));
  pair.app_ends(first);
  pair.app_ends(second);
  pair.expect_nothing_left();
}

TEST(Pair, ANameStaysOneAddressAndOneName) {  // UDP-7, SOCKS-4
  Pair pair;
  const NamedEndpoint game{"Game.example", 1001};
  pair.name("Game.example", kA.ip);
  const auto app = pair.associate();
  pair.app_sends_to(app, game, "hi");
  pair.drive();
  const auto port = last_source(pair, kA);
  pair.name("Game.example", kB.ip);
  pair.peer_sends(kA, port, "hello");
  pair.drive();
  EXPECT_EQ(pair.take_inbox(app), (Inbox{{game, "hello"}}));
  pair.wait(250s);
  pair.app_sends_to(app, game, "still");
  pair.drive();
  EXPECT_EQ(last_source(pair, kA), port);
  pair.app_ends(app);
  pair.expect_nothing_left();
}

TEST(Pair, ConeEHasOnePortForAll) {  // CONE-E
  auto settings = alices_settings();
  settings.mapping = MappingPolicy::endpoint_independent;
  Pair pair(settings);
  const auto app = pair.associate();
  for (const auto& peer : {kA, kB, kE}) pair.app_sends_to(app, peer, "hi");
  pair.drive();
  EXPECT_EQ(pair.external_ports().size(), 2u);
  EXPECT_EQ(last_source(pair, kA), last_source(pair, kB));
  pair.app_ends(app);
  pair.expect_nothing_left();
}

TEST(Pair, V0CarriesUdpWithoutStrangers) {  // UDP-6
  Pair pair(alices_settings(0));
  const auto app = pair.associate();
  pair.app_sends_to(app, kA, "hi");
  pair.drive();
  const auto port = last_source(pair, kA);
  pair.peer_sends(kB, port, "ahoy");
  pair.peer_sends(kA, port, "hello");
  pair.drive();
  EXPECT_EQ(pair.take_inbox(app), (Inbox{{kA, "hello"}}));
  pair.app_ends(app);
  pair.expect_nothing_left();
}

// ----- TCP

TEST(Pair, TcpEchoesAndEnds) {  // TCP-1, TCP-2, RSP-0, RSP-1
  for (const std::uint8_t version : {std::uint8_t{0}, std::uint8_t{1}}) {
    Pair pair(alices_settings(version));
    pair.name("echo.example", kA.ip);
    const auto app = pair.app_connects();
    pair.app_sends(app, "CONNECT echo.example:7 HTTP/1.1\r\n\r\nearly");
    pair.drive();
    EXPECT_EQ(pair.take_stream(app), std::string(http::kEstablished) + "early");
    pair.app_sends(app, " more");
    pair.app_ends(app);
    pair.drive();
    EXPECT_EQ(pair.take_stream(app), " more<end>");
    pair.expect_nothing_left();
  }
}

TEST(Pair, ATargetThatRefusesShowsAsAnEnd) {  // TCP-3
  Pair pair;
  const auto app = pair.app_connects();
  pair.app_sends(app, "CONNECT 198.51.100.1:1 HTTP/1.1\r\n\r\n");
  pair.drive();
  EXPECT_EQ(pair.take_stream(app), std::string(http::kEstablished) + "<end>");
  pair.app_ends(app);
  pair.expect_nothing_left();
}

TEST(Pair, ACutLinkShowsAsACut) {  // TCP-2
  Pair pair;
  const auto app = pair.app_connects();
  pair.app_sends(app, "CONNECT 198.51.100.1:7 HTTP/1.1\r\n\r\n");
  pair.drive();
  pair.cut(*pair.links().begin());
  pair.drive();
  EXPECT_EQ(pair.take_stream(app), std::string(http::kEstablished) + "<cut>");
  pair.expect_nothing_left();
}

}  // namespace
}  // namespace fullcone
