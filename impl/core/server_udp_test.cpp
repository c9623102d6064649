// Isolated channels of v1: UDP-1, UDP-3..5, UDP-7, UDP-8, and their bounds (EGRESS-2, CRUM-10).
#include <gtest/gtest.h>

#include "core/send_budget.hpp"
#include "core/testing/server_script.hpp"

namespace fullcone {
namespace {

const NamedEndpoint kName{"stun.example", 3478};
const IpAddress kFirst = ip("198.51.100.11"), kSecond = ip("198.51.100.12");

TEST(ServerUdp, CarriesDatagramsBothWays) {  // UDP-1, CONE-3
  ServerScript server;
  server.open_crumfurs();
  const auto a = server.accept();
  const MappingId m{1};
  server.client_sends(a, udp_request(kA)).expect(open_mapping(m));
  server.client_sends(a, frame("one") + frame("two"))
      .expect(send(m, kA, "one"), send(m, kA, "two"));
  server.peer_sends(kA, m, "three").expect(write(a, frame("three")));
  server.client_ends(a).expect(close(a));
  server.closes_all();
  server.expect_nothing_left();
}

TEST(ServerUdp, AMappingIsOfItsDestinationsFamily) {
  ServerScript server;
  server.open_crumfurs();
  const auto a = server.accept(), mapped = server.accept();
  server.client_sends(a, udp_request(kE)).expect(open_mapping(MappingId{1}, Family::ipv6));
  server.client_sends(mapped, udp_request(at("[::ffff:192.0.2.1]:9")))
      .expect(open_mapping(MappingId{2}, Family::ipv4));
  server.closes_all();
}

TEST(ServerUdp, AFrameIsADatagramHoweverTheStreamIsCut) {  // UDP-8, HDR-5
  ServerScript server;
  server.open_crumfurs();
  const Bytes stream = udp_request(kA) + frame("one") + frame("") + frame("three");
  const auto a = server.accept();
  Orders all;
  for (const auto octet : stream) {
    server.client_sends(a, Bytes{octet});
    all.insert(all.end(), server.orders().begin(), server.orders().end());
  }
  const MappingId m{1};
  EXPECT_EQ(all,
            (Orders{open_mapping(m), send(m, kA, "one"), send(m, kA, ""), send(m, kA, "three")}));
  server.closes_all();
}

TEST(ServerUdp, EverySplitInTwoGivesTheSame) {  // UDP-8, HDR-5
  const Bytes stream = udp_request(kA) + frame("one") + frame("") + frame("three");
  for (std::size_t at = 1; at < stream.size(); ++at) {
    ServerScript server;
    server.open_crumfurs();
    const auto a = server.accept();
    server.client_sends(a, ByteView(stream).first(at));
    Orders all = server.orders();
    server.client_sends(a, ByteView(stream).subspan(at));
    all.insert(all.end(), server.orders().begin(), server.orders().end());
    const MappingId m{1};
    EXPECT_EQ(all,
              (Orders{open_mapping(m), send(m, kA, "one"), send(m, kA, ""), send(m, kA, "three")}))
        << at;
    server.closes_all();
  }
}

TEST(ServerUdp, ADatagramComesOnTheChannelOpenedLast) {  // UDP-4
  ServerScript server;
  server.open_crumfurs();
  const auto first = server.open_channel(kA), second = server.open_channel(kA),
             third = server.open_channel(kA);
  EXPECT_EQ(first.mapping, third.mapping);  // CONE-1
  const auto arrives_on = [&](const ServerScript::Channel& channel) {
    server.peer_sends(kA, first.mapping, "x").expect(write(channel.connection, frame("x")));
  };
  arrives_on(third);
  server.client_ends(second.connection);  // out of the middle
  arrives_on(third);
  server.client_is_cut(third.connection);
  arrives_on(first);
  const auto fourth = server.open_channel(kA);
  arrives_on(fourth);
  server.client_ends(first.connection);  // the lowest
  arrives_on(fourth);
  server.client_ends(fourth.connection);
  EXPECT_EQ(server.counters().delivered_on_crumfurs, 0u);
  server.peer_sends(kA, first.mapping, "x");
  EXPECT_EQ(server.counters().delivered_on_crumfurs, 1u);  // CONE-10
  server.closes_all();
}

TEST(ServerUdp, AnEmptyFrameIsAnEmptyDatagramBothWays) {  // UDP-5
  ServerScript server;
  server.open_crumfurs();
  const auto a = server.open_channel(kA);
  server.client_sends(a.connection, frame("")).expect(send(a.mapping, kA, ""));
  server.peer_sends(kA, a.mapping, "").expect(write(a.connection, frame("")));
  server.closes_all();
}

TEST(ServerUdp, WhatUdpCannotSendIsDroppedAndTheChannelGoesOn) {  // UDP-5
  for (const auto& [peer, most] : {std::pair{kA, 65507u}, std::pair{kE, 65527u}}) {
    ServerScript server;
    server.open_crumfurs();
    const auto a = server.open_channel(peer);
    const Bytes largest(most, 'x'), over(most + 1, 'x');
    server.client_sends(a.connection, frame(largest)).expect(send(a.mapping, peer, largest));
    server.client_sends(a.connection, frame(over) + frame("on"))
        .expect(send(a.mapping, peer, "on"));
    server.client_sends(a.connection, frame(Bytes(65535, 'x'))).expect_silence();
    EXPECT_EQ(server.counters().dropped_too_large_out, 2u);
    server.closes_all();
  }
}

TEST(ServerUdp, ADatagramTheSystemRefusedIsNotSent) {
  ServerScript server;
  server.open_crumfurs();
  const auto a = server.open_channel(kA);
  server.sending_fails(a.mapping);
  EXPECT_EQ(server.counters().datagrams_sent, 0u);
  EXPECT_EQ(server.counters().dropped_send_failed, 1u);
  server.closes_all();
}

TEST(ServerUdp, AMappingThatCannotBeOpenedTakesItsChannels) {
  ServerScript server;
  server.open_crumfurs();
  const auto a = server.open_channel(kA), again = server.open_channel(kA),
             other = server.open_channel(kB);
  server.mapping_fails(a.mapping).expect(close(a.connection), close(again.connection));
  server.mapping_fails(a.mapping).expect_silence();
  EXPECT_NE(server.open_channel(kA).mapping, a.mapping);
  server.client_sends(other.connection, frame("on")).expect(send(other.mapping, kB, "on"));
  server.closes_all();
  server.expect_nothing_left();
}

TEST(ServerUdp, TheQueueOfAChannelIsBounded) {  // CRUM-10, at the bound and one octet past
  auto settings = open_settings();
  settings.limits.session.channel_queue_bytes = 2 * frame("12345").size();
  ServerScript server(settings);
  server.open_crumfurs();
  const auto slow = server.open_channel(kA), other = server.open_channel(kB);
  server.peer_sends(kA, slow.mapping, "11111").expect(write(slow.connection, frame("11111")));
  server.peer_sends(kA, slow.mapping, "22222").expect(write(slow.connection, frame("22222")));
  server.wait(SendBudget::kBurstTime);  // until then a burst may be larger
  server.peer_sends(kA, slow.mapping, "").expect_silence();
  EXPECT_EQ(server.counters().dropped_channel_full, 1u);
  server.peer_sends(kB, other.mapping, "33333").expect(write(other.connection, frame("33333")));
  server.leaves_queue(slow.connection, 7);
  server.peer_sends(kA, slow.mapping, "44444").expect(write(slow.connection, frame("44444")));
  server.closes_all();
}

// ----- names

TEST(ServerUdpName, IsResolvedOnceAndPinned) {  // UDP-7
  ServerScript server;
  server.open_crumfurs();
  const auto a = server.accept();
  server.client_sends(a, udp_request(kName) + frame("one"))
      .expect(pause(a), resolve(a, "stun.example"));
  server.client_sends(a, frame("two")).expect_silence();
  const MappingId m{1};
  const Endpoint first{kFirst, 3478};
  server.resolves(a, {kFirst, kSecond})
      .expect(resume(a), open_mapping(m), send(m, first, "one"), send(m, first, "two"));

  const auto b = server.accept();  // no second question
  server.client_sends(b, udp_request(kName) + frame("x")).expect(send(m, first, "x"));
  server.client_ends(a);
  server.client_ends(b);
  const auto c = server.accept();  // CONE-10: as long as the mapping lives
  server.client_sends(c, udp_request(kName) + frame("x")).expect(send(m, first, "x"));
  server.closes_all();
  server.expect_nothing_left();
}

TEST(ServerUdpName, IsComparedByteForByteAndWithItsPort) {  // UDP-7
  ServerScript server;
  server.open_crumfurs();
  server.client_sends(server.accept(), udp_request(kName));
  server.resolves(ConnectionId{2}, {kFirst});
  for (const auto& other :
       {NamedEndpoint{"STUN.example", 3478}, NamedEndpoint{"stun.example.", 3478},
        NamedEndpoint{"stun.example", 3479}}) {
    const auto a = server.accept();
    server.client_sends(a, udp_request(other)).expect(pause(a), resolve(a, other.host));
  }
  server.closes_all();
  server.expect_nothing_left();
}

TEST(ServerUdpName, AskedTwiceAtOnceStillGetsOneAddress) {  // UDP-7
  ServerScript server;
  server.open_crumfurs();
  const auto a = server.accept(), b = server.accept();
  server.client_sends(a, udp_request(kName) + frame("a"));
  server.client_sends(b, udp_request(kName) + frame("b"));
  const MappingId m{1};
  const Endpoint second{kSecond, 3478};
  server.resolves(b, {kSecond}).expect(resume(b), open_mapping(m), send(m, second, "b"));
  server.resolves(a, {kFirst}).expect(resume(a), send(m, second, "a"));
  server.closes_all();
}

TEST(ServerUdpName, APinOutlivesAFailedResolution) {  // UDP-7
  ServerScript server;
  server.open_crumfurs();
  const auto a = server.accept(), b = server.accept();
  server.client_sends(a, udp_request(kName));
  server.client_sends(b, udp_request(kName) + frame("b"));
  server.resolves(a, {kFirst});
  server.resolves(b, {}).expect(resume(b), send(MappingId{1}, {kFirst, 3478}, "b"));
  server.closes_all();
}

TEST(ServerUdpName, ThatDoesNotResolveCloses) {  // UDP-7
  ServerScript server;
  server.open_crumfurs();
  const auto a = server.accept(), slow = server.accept();
  server.client_sends(a, udp_request(kName) + frame("hi"));
  server.resolves(a, {}).expect(close(a));
  server.client_sends(slow, udp_request(kName) + frame("hi"));
  server.wait(10s).expect(close(slow));
  server.resolves(slow, {kFirst}).expect_silence();
  EXPECT_EQ(server.counters().mappings_opened, 0u);
  server.closes_all();
  server.expect_nothing_left();
}

TEST(ServerUdpName, ThatResolvesAfterItsSessionEndedCloses) {
  ServerScript server;
  const auto crumfurs = server.open_crumfurs();
  const auto a = server.accept(), cut = server.accept(), ended = server.accept();
  for (const auto id : {a, cut, ended}) server.client_sends(id, udp_request(kName) + frame("hi"));
  server.client_ends(crumfurs).expect(close(crumfurs));
  server.resolves(a, {kFirst}).expect(close(a));  // UDP-2
  server.client_is_cut(cut).expect_silence();
  server.client_ends(ended).expect(close(ended));
  server.expect_nothing_left();
}

TEST(ServerUdpName, ThatResolvesWhileCrumfursIsCutCloses) {  // UDP-2
  ServerScript server;
  const auto crumfurs = server.open_crumfurs();
  const auto a = server.accept();
  server.client_sends(a, udp_request(kName) + frame("hi"));
  server.client_is_cut(crumfurs);
  server.resolves(a, {kFirst}).expect(close(a));
  server.wait(30s);
  server.expect_nothing_left();
}

TEST(ServerUdpName, IsForgottenWithItsMapping) {  // UDP-7, CONE-11
  ServerScript server;
  server.open_crumfurs();
  const auto a = server.accept();
  server.client_sends(a, udp_request(kName));
  server.resolves(a, {kFirst});
  server.wait(300s).expect(close_mapping(MappingId{1}), close(a));
  const auto b = server.accept();
  server.client_sends(b, udp_request(kName)).expect(pause(b), resolve(b, "stun.example"));
  server.closes_all();
  server.expect_nothing_left();
}

// ----- how many

ServerSettings bounded(std::size_t SessionLimits::*limit, std::size_t value) {
  auto settings = open_settings();
  settings.limits.session.*limit = value;
  return settings;
}

TEST(ServerLimits, ChannelsPerSession) {  // EGRESS-2
  ServerScript server(bounded(&SessionLimits::channels, 2));
  server.open_crumfurs();
  server.open_crumfurs(kCall);
  const auto first = server.open_channel(kA);
  server.open_channel(kA);
  const auto over = server.accept();
  server.client_sends(over, udp_request(kA) + frame("hi")).expect(close(over));
  EXPECT_EQ(server.counters().connections_refused, 1u);
  server.open_channel(kA, kCall);
  server.client_ends(first.connection);
  server.open_channel(kA);
  server.closes_all();
  server.expect_nothing_left();
}

TEST(ServerLimits, MappingsPerSession) {  // EGRESS-2
  ServerScript server(bounded(&SessionLimits::mappings, 2));
  server.open_crumfurs();
  const auto a = server.open_channel(kA);
  server.open_channel(kB);
  const auto over = server.accept();
  server.client_sends(over, udp_request(kC) + frame("hi")).expect(close(over));
  server.open_channel(kA);  // through one that is there
  server.peer_sends(kD, a.mapping, "ahoy");
  EXPECT_EQ(server.open_channel(kD).mapping, a.mapping);
  server.closes_all();
  server.expect_nothing_left();
}

TEST(ServerLimits, DialledDestinationsPerSession) {  // EGRESS-2
  ServerScript server(bounded(&SessionLimits::dialled, 2));
  server.open_crumfurs();
  const auto a = server.open_channel(kA);
  server.open_channel(kB);
  server.client_ends(a.connection);
  const auto over = server.accept(), heard = server.accept();
  server.client_sends(over, udp_request(kC) + frame("hi")).expect(close(over));
  server.peer_sends(kD, a.mapping, "ahoy");
  server.client_sends(heard, udp_request(kD) + frame("hi")).expect(close(heard));
  EXPECT_EQ(server.core().mappings(), 2u);
  EXPECT_EQ(server.open_channel(kA).mapping, a.mapping);  // CONE-1 still
  server.closes_all();
  server.expect_nothing_left();
}

TEST(ServerLimits, PinnedNamesPerSession) {  // EGRESS-2, UDP-7
  ServerScript server(bounded(&SessionLimits::dialled, 2));
  server.open_crumfurs();
  for (const auto* name : {"one.example", "two.example"}) {
    const auto a = server.accept();
    server.client_sends(a, udp_request(NamedEndpoint{name, 9}));
    server.resolves(a, {kFirst});
  }
  const auto over = server.accept(), known = server.accept();
  server.client_sends(over, udp_request(NamedEndpoint{"three.example", 9}));
  server.resolves(over, {kFirst}).expect(resume(over), close(over));
  server.client_sends(known, udp_request(NamedEndpoint{"one.example", 9}) + frame("x"))
      .expect(send(MappingId{1}, {kFirst, 9}, "x"));
  server.open_channel(kB);  // a name more is refused, an address is not
  server.closes_all();
  server.expect_nothing_left();
}

}  // namespace
}  // namespace fullcone
