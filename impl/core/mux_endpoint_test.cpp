// One endpoint and a peer of hand-made frames: what it makes of each frame, and what ends a stream
// or the connection (MUX-2, MUX-4). The order of writing is in mux_writing_test.cpp.
#include "core/mux_endpoint.hpp"

#include <gtest/gtest.h>

#include "base/hex_testing.hpp"
#include "core/testing/mux_end.hpp"

namespace fullcone {
namespace {

const Endpoint kPeer = Endpoint::parse("198.51.100.7:50000").value();
const Destination kTarget = NamedEndpoint{"example.com", 443};

using mux::Reason;
using mux::Sender;

// A server's end with TCP stream 1 and UDP stream 2.
MuxEnd opened() {
  MuxEnd server(Sender::server);
  server.reads(open_frame(1, kTarget) + open_frame(2));
  server.expect_told("open 1 to example.com:443", "open 2 udp").expect_written("");
  return server;
}

TEST(MuxEndpoint, TellsWhatItReads) {
  MuxEnd server = opened();
  server.reads(data_frame(1, "hello") + datagram_frame(2, kPeer, "hi") +
               datagram_frame(2, NamedEndpoint{"stun.example", 3478}, "") + fin_frame(1));
  server.expect_told("data 1 'hello'", "datagram 2 198.51.100.7:50000 'hi'",
                     "datagram 2 stun.example:3478 []", "end 1");
  EXPECT_TRUE(server.good());
}

TEST(MuxEndpoint, SaysTheSameHoweverItIsCut) {
  const Bytes octets = open_frame(1, kTarget) + open_frame(2) + data_frame(1, "hello") +
                       datagram_frame(2, kPeer, "hi") + ping_frame(7) + fin_frame(1) +
                       reset_frame(2);
  MuxEnd whole(Sender::server);
  whole.reads(octets);
  const auto told = whole.take_told();
  const auto written = whole.take_written();
  EXPECT_EQ(told.size(), 6u);
  for (std::size_t cut = 0; cut <= octets.size(); ++cut) {
    MuxEnd server(Sender::server);
    server.reads(ByteView(octets).first(cut)).reads(ByteView(octets).subspan(cut));
    EXPECT_EQ(server.take_told(), told) << cut;
    EXPECT_EQ(server.take_written(), written) << cut;
  }
}

TEST(MuxEndpoint, AClientOpensRisingStreams) {
  MuxEnd client(Sender::client);
  EXPECT_EQ(client.opens(kTarget), 1u);
  EXPECT_EQ(client.opens(), 2u);
  client.expect_written(open_frame(1, kTarget) + open_frame(2));
}

TEST(MuxEndpoint, AnswersPingsAndIgnoresPaddingAndStrayPongs) {
  MuxEnd server = opened();
  server.reads(ping_frame(0x0123456789abcdef) + hex("00 00000009 0002 ffff") + pong_frame(5));
  server.expect_written(pong_frame(0x0123456789abcdef)).expect_told();
}

TEST(MuxEndpoint, BothEndsFinishAStream) {
  MuxEnd server = opened();
  server.reads(fin_frame(1)).expect_told("end 1");
  EXPECT_EQ(server.endpoint().streams(), 2u);
  EXPECT_TRUE(server.sends(1, "bye"));
  server.ends(1).expect_written(data_frame(1, "bye") + fin_frame(1)).expect_told("finished 1");
  EXPECT_EQ(server.endpoint().streams(), 1u);
}

TEST(MuxEndpoint, OneEndFinishesAUdpStream) {
  MuxEnd server = opened();
  server.reads(fin_frame(2)).expect_told("reset 2 for 0").expect_written("");
  MuxEnd client(Sender::client);
  const auto stream = client.opens();
  client.take_written();
  client.ends(stream).expect_written(fin_frame(stream));
  EXPECT_EQ(client.endpoint().streams(), 0u);
}

TEST(MuxEndpoint, AFrameForNoStreamGetsResetAndAResetNothing) {  // MUX-4
  MuxEnd server = opened();
  server.reads(data_frame(7, "x") + datagram_frame(7, kPeer, "x") + window_frame(7, 1) +
               fin_frame(7));
  const Bytes none = reset_frame(7, Reason::no_such_stream);
  server.expect_written(none + none + none + none).expect_told();
  server.reads(reset_frame(7) + reset_frame(7)).expect_written("").expect_told();
  EXPECT_TRUE(server.good());
}

TEST(MuxEndpoint, AClosedStreamIsNoStream) {  // MUX-4
  MuxEnd server = opened();
  server.reads(reset_frame(1, Reason::target_failed)).expect_told("reset 1 for 1");
  server.reads(data_frame(1, "late")).expect_written(reset_frame(1, Reason::no_such_stream));
  server.resets(2).expect_written(reset_frame(2));
  server.reads(datagram_frame(2, kPeer, "late"));
  server.expect_written(reset_frame(2, Reason::no_such_stream)).expect_told();
  EXPECT_EQ(server.endpoint().streams(), 0u);
}

TEST(MuxEndpoint, AFrameThatBreaksItsStreamsRulesEndsTheStream) {  // MUX-4
  const std::pair<std::uint32_t, Bytes> breaches[] = {
      {1, datagram_frame(1, kPeer, "x")},
      {2, data_frame(2, "x")},
      {2, window_frame(2, 1)},
      {1, fin_frame(1) + fin_frame(1)},
      {1, fin_frame(1) + data_frame(1, "x")},
      {1, data_frame(1, Bytes(65535)) + data_frame(1, Bytes(65535)) + data_frame(1, Bytes(65535)) +
              data_frame(1, Bytes(65535)) + data_frame(1, Bytes(5))},
  };
  for (const auto& [stream, octets] : breaches) {
    MuxEnd server = opened();
    server.reads(octets).expect_written(reset_frame(stream, Reason::broke_rules));
    EXPECT_EQ(server.take_told().back(), "reset " + std::to_string(stream) + " for 4");
    EXPECT_TRUE(server.good());
    EXPECT_EQ(server.endpoint().streams(), 1u);
  }
}

TEST(MuxEndpoint, AllOfTheCreditMayBeUsed) {  // MUX-2
  MuxEnd server = opened();
  for (int i = 0; i < 16; ++i) server.reads(data_frame(1, Bytes(16384)));
  server.expect_written("");
  EXPECT_EQ(server.data(1).size(), 262'144u);
  server.reads(data_frame(1, "")).expect_written("");
  server.reads(data_frame(1, "x")).expect_written(reset_frame(1, Reason::broke_rules));
}

TEST(MuxEndpoint, WhatIsMalformedClosesTheConnection) {  // MUX-4
  const Bytes malformed[] = {
      hex("09 00000000 0000"),           open_frame(2),           open_frame(1, kTarget),
      hex("01 00000003 0001 03"),        hex("02 00000000 0000"), hex("05 00000001 0001 00"),
      hex("07 00000001 0008") + Bytes(8)};
  for (const auto& octets : malformed) {
    MuxEnd server = opened();
    server.reads(octets + data_frame(1, "not read")).expect_told();
    EXPECT_FALSE(server.good()) << in_words(octets);
  }
  for (const auto& octets :
       {open_frame(1), datagram_frame(1, NamedEndpoint{"a", 1}, "x"), hex("09 00000000 0000")}) {
    MuxEnd client(Sender::client);
    client.opens();
    client.reads(octets).expect_told();
    EXPECT_FALSE(client.good()) << in_words(octets);
  }
}

TEST(MuxEndpoint, StreamsAreBounded) {  // MUX-4
  MuxLimits limits;
  limits.streams = 2;
  MuxEnd server(Sender::server, limits);
  server.reads(open_frame(1) + open_frame(2) + open_frame(3));
  server.expect_told("open 1 udp", "open 2 udp");
  server.expect_written(reset_frame(3, Reason::not_allowed));
  server.reads(fin_frame(1) + open_frame(4)).expect_told("reset 1 for 0", "open 4 udp");
  server.reads(open_frame(3));
  EXPECT_FALSE(server.good()) << "an id below one refused does not rise";

  MuxEnd client(Sender::client, limits);
  client.opens();
  EXPECT_TRUE(client.endpoint().can_open());
  client.opens();
  EXPECT_FALSE(client.endpoint().can_open());
}

TEST(MuxEndpoint, AStreamIsOverWhileItsLastFrameWaitsForRoom) {  // MUX-4
  MuxLimits limits;
  limits.streams = 3;
  MuxEnd server(Sender::server, limits);
  server.reads(open_frame(1, kTarget) + open_frame(2, kTarget) + open_frame(3, kTarget));
  server.sends(1, Bytes(limits.send_queue_bytes));
  server.reads(fin_frame(2));
  server.take_written();
  server.ends(2);
  server.resets(3);
  server.expect_written("");
  server.take_told();
  server.reads(open_frame(4) + open_frame(5) + open_frame(6));
  server.expect_told("open 4 udp", "open 5 udp");
}

// ----- credit

TEST(MuxEndpoint, ItsReaderRenewsTheCredit) {  // MUX-2
  MuxEnd server = opened();
  for (int i = 0; i < 16; ++i) server.reads(data_frame(1, Bytes(16384)));
  server.consumes(1, 32767).expect_written("");
  server.consumes(1, 1).expect_written(window_frame(1, 32768) + ping_frame(1));
  server.reads(data_frame(1, Bytes(16384)) + data_frame(1, Bytes(16384))).expect_written("");
  server.reads(data_frame(1, "x")).expect_written(reset_frame(1, Reason::broke_rules));
}

TEST(MuxEndpoint, AnEndedDirectionNeedsNoCredit) {
  MuxEnd server = opened();
  server.reads(data_frame(1, Bytes(16384)) + fin_frame(1));
  server.consumes(1, 16384).consumes(1, 65536).expect_written("");
}

// What one round trip brings, while a PING is under way, decides.
TEST(MuxEndpoint, AReaderThatKeepsUpIsGivenMore) {
  MuxEnd server = opened();
  server.reads(data_frame(1, Bytes(32768)));
  server.consumes(1, 32768).expect_written(window_frame(1, 32768) + ping_frame(1));
  for (int i = 0; i < 11; ++i) server.reads(data_frame(1, Bytes(16384)));
  server.reads(pong_frame(1)).expect_written(window_frame(1, 262'144) + ping_frame(2));

  MuxEnd slow = opened();
  slow.reads(data_frame(1, Bytes(32768))).consumes(1, 32768).take_written();
  for (int i = 0; i < 10; ++i) slow.reads(data_frame(1, Bytes(16384)));
  slow.reads(pong_frame(1)).expect_written("");
}

TEST(MuxEndpoint, WindowsGrowWithinBounds) {
  MuxLimits limits;
  limits.window_most_bytes = 524'288;
  limits.grown_windows_bytes = 262'144;
  MuxEnd server(Sender::server, limits);
  server.reads(open_frame(1, kTarget) + open_frame(2, kTarget));
  std::uint64_t pings = 0;
  const auto keep_up = [&](std::uint32_t stream) {  // a round trip that uses all of its credit
    server.reads(data_frame(stream, Bytes(32768)));
    server.consumes(stream, 32768);
    for (int i = 0; i < 14; ++i) server.reads(data_frame(stream, Bytes(16384)));
    server.reads(pong_frame(++pings)).consumes(stream, 229'376);
  };
  keep_up(1);
  EXPECT_EQ(server.take_written(), window_frame(1, 32768) + ping_frame(1) +
                                       window_frame(1, 262'144) + window_frame(1, 229'376));
  server.reads(data_frame(2, Bytes(32768))).consumes(2, 32768);
  server.expect_written(window_frame(2, 32768));  // all that may grow has grown
  server.reads(reset_frame(1)).reads(data_frame(2, Bytes(32768))).consumes(2, 32768);
  server.expect_written(window_frame(2, 32768) + ping_frame(2));
}

// ----- a peer that makes us answer and does not read

TEST(MuxEndpoint, AnswersThatNobodyReadsAreBounded) {
  MuxEnd server = opened();
  Bytes pings;
  for (int i = 0; i < 100; ++i) pings = std::move(pings) + ping_frame(1);
  std::size_t rounds = 0;
  while (server.good() && rounds < 1000) {
    server.reads(pings);
    ++rounds;
  }
  // 32 KiB on their way, 64 KiB waiting; each PONG has 15 octets.
  EXPECT_FALSE(server.good());
  EXPECT_EQ(rounds, (98'304u / 15 + 99) / 100);
}

}  // namespace
}  // namespace fullcone
