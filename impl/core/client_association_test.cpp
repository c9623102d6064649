// A UDP association of an app: UDP-3, CRUM-4, CRUM-5, SOCKS-1..5.
#include <gtest/gtest.h>

#include "base/hex_testing.hpp"
#include "core/testing/client_script.hpp"

namespace fullcone {
namespace {

constexpr ConnectionId kCrumfurs{1}, kChannel{2};
const Destination kName = NamedEndpoint{"Stun.example", 3478};

TEST(ClientAssociation, DialsNothingUntilTheAppSends) {  // CRUM-5
  ClientScript client;
  const auto app = client.associate();
  client.wait(1h).expect_silence();
  client.app_ends(app).expect(close_relay(app), close_local(app));
  client.expect_nothing_left();
}

TEST(ClientAssociation, OpensCrumfursAndWaitsForItsAnswer) {  // CRUM-1, CRUM-4
  ClientScript client;
  const auto app = client.associate();
  client.app_sends_to(app, kA, "one").expect(connect(kCrumfurs));
  client.app_sends_to(app, kA, "two").expect_silence();
  client.connects(kCrumfurs);
  const auto session = client.session_of(kCrumfurs);
  client.expect(write_server(kCrumfurs, crumfurs_request(session)));
  EXPECT_NE(session, SessionId{});
  client.app_sends_to(app, kA, "three").expect_silence();

  client.server_sends(kCrumfurs, kEstablished).expect(connect(kChannel));
  client.app_sends_to(app, kA, "four").expect_silence();
  client.connects(kChannel).expect(write_server(
      kChannel,
      udp_request(kA, session) + frame("one") + frame("two") + frame("three") + frame("four")));
  client.app_sends_to(app, kA, "five").expect(write_server(kChannel, frame("five")));
  client.app_ends(app);
  client.expect_nothing_left();
}

TEST(ClientAssociation, AsksForTheMappingThatIsSet) {  // HDR-2, CONE-E
  auto settings = alices_settings();
  settings.mapping = MappingPolicy::endpoint_independent;
  ClientScript client(settings);
  client.open_crumfurs(client.associate());
  EXPECT_EQ(client.written(kCrumfurs),
            crumfurs_request(client.session_of(kCrumfurs), MappingPolicy::endpoint_independent));
  client.connects(kChannel).expect(
      write_server(kChannel, udp_request(kA, client.session_of(kCrumfurs)) + frame("hi")));
  client.closes_all();
}

TEST(ClientAssociation, SeveralDestinationsWaitForOneCrumfurs) {  // CRUM-4, in the order they came
  ClientScript client;
  const auto app = client.associate();
  client.app_sends_to(app, kC, "c").expect(connect(kCrumfurs));
  for (const auto& peer : {kA, kB}) client.app_sends_to(app, peer, "x").expect_silence();
  client.connects(kCrumfurs);
  client.server_sends(kCrumfurs, kEstablished)
      .expect(connect(ConnectionId{2}), connect(ConnectionId{3}), connect(ConnectionId{4}));
  client.connects(ConnectionId{2})
      .expect(write_server(ConnectionId{2},
                           udp_request(kC, client.session_of(kCrumfurs)) + frame("c")));
  client.closes_all();
  client.expect_nothing_left();
}

TEST(ClientAssociation, OneChannelPerDestination) {  // UDP-3
  ClientScript client;
  const auto app = client.associate();
  client.open_crumfurs(app, kA);
  client.connects(kChannel);
  client.app_sends_to(app, kA, "x").expect(write_server(kChannel, frame("x")));
  client
      .app_sends_to(app, at("[::ffff:198.51.100.1]:1001"), "y")  // CONE-8
      .expect(write_server(kChannel, frame("y")));
  for (const Destination& other : {Destination(at("198.51.100.1:1002")), kName,
                                   Destination(NamedEndpoint{"stun.example", 3478})}) {
    client.app_sends_to(app, other, "z");
    EXPECT_EQ(client.orders(), Orders{connect(client.dialled())});
    client.app_sends_to(app, other, "z").expect_silence();
  }
  client.closes_all();
  client.expect_nothing_left();
}

TEST(ClientAssociation, AnEmptyDatagramIsOneToo) {  // UDP-5
  ClientScript client;
  const auto app = client.associate();
  client.app_sends_to(app, kA, "");
  client.connects(kCrumfurs);
  client.server_sends(kCrumfurs, kEstablished);
  client.connects(kChannel).expect(
      write_server(kChannel, udp_request(kA, client.session_of(kCrumfurs)) + frame("")));
  client.app_sends_to(app, kA, "").expect(write_server(kChannel, frame("")));
  client.server_sends(kChannel, frame(""))
      .expect(send_to_app(app, kAppSocket, socks_datagram(kA, "")));
  client.closes_all();
}

// ----- what the app gets

TEST(ClientAssociation, ADatagramNamesWhoSentIt) {  // SOCKS-4
  ClientScript client;
  const auto app = client.associate();
  client.open_crumfurs(app, kA);
  client.connects(kChannel);
  client.server_sends(kChannel, frame("a") + frame("b"))
      .expect(send_to_app(app, kAppSocket, socks_datagram(kA, "a")),
              send_to_app(app, kAppSocket, socks_datagram(kA, "b")));
  client.server_sends(kCrumfurs, umfurs(kB, "ahoy") + umfurs(kF, "x"))
      .expect(send_to_app(app, kAppSocket, socks_datagram(kB, "ahoy")),
              send_to_app(app, kAppSocket, socks_datagram(kF, "x")));
  client.closes_all();
}

TEST(ClientAssociation, OrTheDomainAsTheAppWroteIt) {  // SOCKS-4
  ClientScript client;
  const auto app = client.associate();
  client.open_crumfurs(app, kName);
  client.connects(kChannel);
  EXPECT_EQ(client.orders().front(),
            write_server(kChannel, udp_request(kName, client.session_of(kCrumfurs)) + frame("hi")));
  client.server_sends(kChannel, frame("x"))
      .expect(send_to_app(app, kAppSocket, socks_datagram(kName, "x")));
  client.closes_all();
}

TEST(ClientAssociation, StreamsMayBeCutAnywhere) {  // UDP-8, CRUM-3
  ClientScript client;
  const auto app = client.associate();
  client.app_sends_to(app, kA, "hi");
  client.connects(kCrumfurs);
  Orders all;
  const auto one_at_a_time = [&](ConnectionId id, const Bytes& stream) {
    for (const auto octet : stream) {
      client.server_sends(id, Bytes{octet});
      all.insert(all.end(), client.orders().begin(), client.orders().end());
    }
  };
  one_at_a_time(kCrumfurs, kEstablished + umfurs(kB, "one") + umfurs(kE, "two"));
  client.connects(kChannel);
  one_at_a_time(kChannel, frame("three") + frame("") + frame("four"));
  const auto sent = [&](const Endpoint& peer, const Octets& payload) {
    return send_to_app(app, kAppSocket, socks_datagram(peer, payload));
  };
  EXPECT_EQ(all, (Orders{connect(kChannel), sent(kB, "one"), sent(kE, "two"), sent(kA, "three"),
                         sent(kA, ""), sent(kA, "four")}));
  client.closes_all();
}

TEST(ClientAssociation, StrangersInTheAnswersRecordComeThrough) {  // CRUM-2, CRUM-3
  ClientScript client;
  const auto app = client.associate();
  client.app_sends_to(app, kA, "hi");
  client.connects(kCrumfurs);
  client.server_sends(kCrumfurs, kEstablished + umfurs(kB, "waited"))
      .expect(send_to_app(app, kAppSocket, socks_datagram(kB, "waited")), connect(kChannel));
  client.closes_all();
}

TEST(ClientAssociation, WhatDoesNotFitWithItsHeadIsDropped) {
  ClientScript client;
  const auto app = client.associate();
  client.open_crumfurs(app, kA);
  client.connects(kChannel);
  const Bytes largest(65507 - 10, 'x'), over(65507 - 9, 'x');
  client.server_sends(kChannel, frame(largest) + frame(over))
      .expect(send_to_app(app, kAppSocket, socks_datagram(kA, largest)));
  client.server_sends(kCrumfurs, umfurs(kF, Bytes(65507 - 21, 'x'))).expect_silence();
  EXPECT_EQ(client.counters().dropped_too_large, 2u);
  client.closes_all();
}

TEST(ClientAssociation, WhatTheSystemDoesNotTakeIsCountedApart) {
  ClientScript client;
  const auto app = client.associate();
  client.open_crumfurs(app, kA);
  client.connects(kChannel);
  client.server_sends(kChannel, frame("a") + frame("b"));
  client.send_to_app_fails();
  EXPECT_EQ(client.counters().to_app, 1u);
  EXPECT_EQ(client.counters().dropped_send_failed, 1u);
  client.closes_all();
}

// ----- what it takes from the app

TEST(ClientAssociation, DropsFragments) {  // SOCKS-2
  ClientScript client;
  const auto app = client.associate();
  Bytes fragment = socks_datagram(kA, "part");
  fragment[2] = 1;
  client.relay_takes(app, kAppSocket, fragment).expect_silence();
  EXPECT_EQ(client.counters().dropped_fragment, 1u);
  client.closes_all();
}

TEST(ClientAssociation, DropsWhatItCannotReadOrSend) {
  ClientScript client;
  const auto app = client.associate();
  for (const auto& datagram : {hex(""), hex("0000 00"), hex("0000 00 01 c63364"),
                               hex("0000 00 02 c6336401 0001"), hex("0000 00 03 00 0001")}) {
    client.relay_takes(app, kAppSocket, datagram).expect_silence();
  }
  client.app_sends_to(app, at("198.51.100.1:0"), "port 0").expect_silence();
  EXPECT_EQ(client.counters().dropped_malformed, 6u);
  client.closes_all();
}

TEST(ClientAssociation, TakesFromTheControlConnectionsAddressAndOnePortOnly) {  // SOCKS-3
  ClientScript client;
  const auto app = client.associate();
  const Bytes datagram = socks_datagram(kA, "hi");
  client.relay_takes(app, at("127.0.0.2:50001"), datagram).expect_silence();
  client.relay_takes(app, at("[::ffff:127.0.0.1]:50001"), datagram).expect(connect(kCrumfurs));
  client.relay_takes(app, at("127.0.0.1:50002"), datagram).expect_silence();
  EXPECT_EQ(client.counters().dropped_foreign, 2u);
  client.closes_all();
}

TEST(ClientAssociation, TwoNeverMeet) {  // SOCKS-5, CONE-9
  ClientScript client;
  const auto first = client.associate();
  client.open_crumfurs(first, kA);
  client.connects(kChannel);
  const auto second = client.associate();
  const auto crumfurs = client.open_crumfurs(second, kA);
  const auto channel = client.dialled();
  client.connects(channel);
  EXPECT_NE(client.session_of(crumfurs), client.session_of(kCrumfurs));
  EXPECT_EQ(client.session_of(channel), client.session_of(crumfurs));
  EXPECT_EQ(client.session_of(kChannel), client.session_of(kCrumfurs));
  client.server_sends(channel, frame("x"))
      .expect(send_to_app(second, kAppSocket, socks_datagram(kA, "x")));
  client.server_sends(kCrumfurs, umfurs(kB, "y"))
      .expect(send_to_app(first, kAppSocket, socks_datagram(kB, "y")));
  client.app_ends(second);
  client.server_sends(kChannel, frame("on"))
      .expect(send_to_app(first, kAppSocket, socks_datagram(kA, "on")));
  client.closes_all();
  client.expect_nothing_left();
}

// ----- how it ends

TEST(ClientAssociation, EndsWithItsControlConnection) {  // SOCKS-1, CRUM-8
  for (const bool cut : {false, true}) {
    ClientScript client;
    const auto app = client.associate();
    client.open_crumfurs(app, kA);
    client.connects(kChannel);
    client.app_sends_to(app, kB, "still dialling");
    cut ? client.app_is_cut(app) : client.app_ends(app);
    Orders expected{close_server(kChannel), close_server(ConnectionId{3}), close_server(kCrumfurs),
                    close_relay(app)};
    if (!cut) expected.push_back(close_local(app));
    EXPECT_EQ(client.orders(), expected);
    EXPECT_EQ(client.counters().dropped_with_channel, 1u);
    client.server_sends(kChannel, frame("late")).expect_silence();
    client.relay_takes(app, kAppSocket, socks_datagram(kA, "late")).expect_silence();
    client.expect_nothing_left();
  }
}

TEST(ClientAssociation, AControlConnectionHasNothingMoreToSay) {
  ClientScript client;
  const auto app = client.associate();
  client.app_sends(app, "whatever").expect_silence();
  client.closes_all().expect(close_relay(app), close_local(app));
  client.expect_nothing_left();
}

TEST(ClientAssociation, ARelayThatCannotOpenIsAGeneralFailure) {
  ClientScript client;
  const auto app = client.app_connects(kApp, at("[2001:db8::1]:1080"));
  client.app_sends(app, Bytes{5, 1, 0});
  client.app_sends(app, socks_request(socks5::Command::udp_associate, Endpoint{}))
      .expect(open_relay(app, ip("2001:db8::1")));
  client.relay_fails(app).expect(write_local(app, socks_reply(socks5::Reply::general_failure)),
                                 close_local(app));
  client.expect_nothing_left();
}

// ----- v0

TEST(ClientAssociation, OfV0HasNoCrumfurs) {  // UDP-6, RSP-0
  ClientScript client(alices_settings(0));
  const auto app = client.associate();
  const ConnectionId first{1}, second{2};
  client.app_sends_to(app, kA, "a").expect(connect(first));
  client.app_sends_to(app, kB, "b").expect(connect(second));
  client.connects(first).expect(write_server(first, v0_udp_request(kA) + frame("a")));
  client.connects(second).expect(write_server(second, v0_udp_request(kB) + frame("b")));
  client.server_sends(first, hex("00")).expect_silence();
  client.server_sends(first, hex("00") + frame("x"))
      .expect(send_to_app(app, kAppSocket, socks_datagram(kA, "x")));
  client.server_sends(second, "HTTP").expect(close_server(second));  // no v0 response
  client.closes_all();
  client.expect_nothing_left();
}

}  // namespace
}  // namespace fullcone
