// In which order an endpoint writes, and what it keeps while there is no room (MUX-2, MUX-3).
#include <gtest/gtest.h>

#include "core/mux_datagram_queue.hpp"
#include "core/send_budget.hpp"
#include "core/testing/mux_end.hpp"

namespace fullcone {
namespace {

const Endpoint kPeer = Endpoint::parse("198.51.100.7:50000").value();
const Destination kTarget = NamedEndpoint{"example.com", 443};

using mux::Sender;

// "data 1 16384", "datagram 2 'hi'", …: the frames of an endpoint's octets.
std::vector<std::string> frames_of(const Bytes& octets) {
  std::vector<std::string> frames;
  mux::FrameCutter cutter;
  cutter.feed(octets, [&](ByteView frame) {
    const auto result = mux::parse_frame(frame, Sender::client);
    const auto& parsed = std::get<mux::Frame>(result);
    if (const auto* const data = std::get_if<mux::Data>(&parsed)) {
      frames.push_back("data " + in_words(data->stream) + " " +
                       std::to_string(data->octets.size()));
    } else if (const auto* const datagram = std::get_if<mux::Datagram>(&parsed)) {
      frames.push_back("datagram " + in_words(datagram->stream) + " " +
                       in_words(Octets(datagram->payload)));
    } else {
      frames.push_back("frame " + std::to_string(frame[0]));
    }
    return true;
  });
  EXPECT_EQ(cutter.buffered(), 0u);
  return frames;
}

using Frames = std::vector<std::string>;

// TCP streams 1 and 2 and UDP streams 3 and 4, whose OPENs have left.
void open_four(MuxEnd& client) {
  client.opens(kTarget);
  client.opens(kTarget);
  client.opens();
  client.opens();
  client.drains();
  client.take_written();
}

TEST(MuxWriting, NoFrameIsLongerThan16KiB) {
  MuxEnd client(Sender::client);
  open_four(client);
  EXPECT_FALSE(client.sends(1, Bytes(50'000)));
  EXPECT_EQ(frames_of(client.take_written()), (Frames{"data 1 16384", "data 1 16384"}));
  client.drains().expect_told("drained 1");
  EXPECT_EQ(frames_of(client.take_written()), (Frames{"data 1 16384", "data 1 848"}));
}

TEST(MuxWriting, StopsAtItsRoomAndGoesOnWhenThereIsSome) {
  MuxEnd client(Sender::client);
  open_four(client);
  client.sends(1, Bytes(200'000));
  EXPECT_EQ(client.in_queue(), 2 * (16384u + 7));  // the frame that passes 32 KiB is the last
  EXPECT_EQ(client.endpoint().waiting_octets(), 200'000u - 32768);
  for (int i = 0; i < 10; ++i) client.drains();
  EXPECT_EQ(client.take_written().size(), 200'000u + 13 * 7);
  EXPECT_EQ(client.endpoint().waiting_octets(), 0u);
  client.expect_told("drained 1");
}

TEST(MuxWriting, AResetWaitsForWhatWasSentBefore) {
  MuxEnd client(Sender::client);
  open_four(client);
  client.sends(1, Bytes(50'000));
  client.take_written();
  client.resets(1);
  client.reads(data_frame(1, "too late") + fin_frame(1)).expect_written("").expect_told();
  client.endpoint().for_each_stream(
      [](const auto& stream) { EXPECT_NE(in_words(stream.id), "1"); });
  client.drains().drains();
  EXPECT_EQ(frames_of(client.take_written()), (Frames{"data 1 16384", "data 1 848", "frame 6"}));
  client.expect_told();
  EXPECT_EQ(client.endpoint().streams(), 3u);
}

TEST(MuxWriting, AResetDoesNotWaitForOneThatReadsNoMore) {
  MuxEnd client(Sender::client);
  open_four(client);
  client.sends(1, Bytes(50'000));
  client.take_written();
  client.resets(1);
  client.reads(reset_frame(1)).expect_told();
  client.drains().expect_written("");
  EXPECT_EQ(client.endpoint().waiting_octets(), 0u);
  EXPECT_EQ(client.endpoint().streams(), 3u);
}

// Credit may never come, and then neither end would be rid of the stream.
TEST(MuxWriting, AResetWaitsForRoomAndNotForCredit) {
  MuxEnd client(Sender::client);
  open_four(client);
  client.sends(1, Bytes(mux::kFirstCredit + 1));
  client.resets(1);
  for (int i = 0; i < 20; ++i) client.drains();
  EXPECT_EQ(client.take_written().size(), mux::kFirstCredit + 16 * 7 + reset_frame(1).size());
  EXPECT_EQ(client.endpoint().streams(), 3u);
  client.sends(2, Bytes(mux::kFirstCredit + 1));
  for (int i = 0; i < 20; ++i) client.drains();
  client.take_written();
  client.resets(2).expect_written(reset_frame(2)).expect_told();
  EXPECT_EQ(client.endpoint().waiting_octets(), 0u);
}

TEST(MuxWriting, StreamsTakeTurns) {
  MuxEnd client(Sender::client);
  open_four(client);
  client.sends(1, Bytes(100'000));
  EXPECT_FALSE(client.sends(2, Bytes(40'000)));
  client.take_written();
  client.drains().drains();
  EXPECT_EQ(frames_of(client.take_written()),
            (Frames{"data 1 16384", "data 2 16384", "data 1 16384", "data 2 16384"}));
  client.drains().drains();
  EXPECT_EQ(frames_of(client.take_written()),
            (Frames{"data 1 16384", "data 2 7232", "data 1 16384", "data 1 1696"}));
}

TEST(MuxWriting, DatagramsOvertakeWaitingOctetsAndControlOvertakesThem) {  // MUX-3
  MuxEnd client(Sender::client);
  open_four(client);
  client.sends(1, Bytes(100'000));
  client.sends_datagram(3, kPeer, "a").sends_datagram(3, kPeer, "b");
  client.sends_datagram(4, NamedEndpoint{"stun.example", 3478}, "c").reads(ping_frame(1));
  client.take_written();
  client.drains();
  const Frames frames = frames_of(client.take_written());
  EXPECT_EQ(frames, (Frames{"frame 8", "datagram 3 'a'", "datagram 4 'c'", "datagram 3 'b'",
                            "data 1 16384", "data 1 16384"}));
}

TEST(MuxWriting, ADatagramThatFindsRoomIsWrittenAtOnce) {
  MuxEnd client(Sender::client);
  open_four(client);
  client.sends_datagram(3, kPeer, "now").expect_written(datagram_frame(3, kPeer, "now"));
  const NamedEndpoint named{"stun.example", 3478};
  client.sends_datagram(3, named, "").expect_written(datagram_frame(3, named, ""));
}

TEST(MuxWriting, WaitingDatagramsAreBoundedPerStream) {  // MUX-3
  MuxLimits limits;
  limits.datagram_queue_bytes = 3 * (7 + 7 + 100);
  MuxEnd client(Sender::client, limits);
  open_four(client);
  client.sends(1, Bytes(60'000));
  client.take_written();
  client.sends_datagram(3, kPeer, Bytes(100, 'a'));
  client.waits(SendBudget::kBurstTime);
  for (const char each : {'b', 'c', 'd', 'e'}) {
    client.sends_datagram(3, kPeer, Bytes(100, static_cast<std::uint8_t>(each)));
  }
  client.sends_datagram(4, kPeer, "other");
  EXPECT_EQ(client.dropped(), 2u);
  EXPECT_EQ(client.endpoint().queued_datagrams(), 4u);
  client.sends_datagram(3, kPeer, Bytes(400));  // more than the bound, alone
  EXPECT_EQ(client.dropped(), 3u);
  client.drains();
  const auto frames = frames_of(client.take_written());
  ASSERT_GE(frames.size(), 4u);
  EXPECT_EQ(frames[0], "datagram 3 '" + std::string(100, 'c') + "'");
  EXPECT_EQ(frames[1], "datagram 4 'other'");
  EXPECT_EQ(frames[3], "datagram 3 '" + std::string(100, 'e') + "'");
  EXPECT_EQ(client.endpoint().queued_datagrams(), 0u);
}

TEST(MuxWriting, ABurstMayWaitForAMoment) {  // MUX-3
  constexpr std::size_t kFrame = 7 + 7 + 100;
  MuxLimits limits;
  limits.datagram_queue_bytes = 3 * kFrame;
  MuxEnd client(Sender::client, limits);
  open_four(client);
  constexpr auto kMost = 3 * MuxDatagramQueue::kBurst;
  for (int burst = 1; burst <= 2; ++burst) {
    client.sends(1, Bytes(60'000));
    const std::size_t before = client.dropped();
    for (std::size_t i = 0; i < kMost; ++i) client.sends_datagram(3, kPeer, Bytes(100));
    EXPECT_EQ(client.dropped(), before);
    client.waits(SendBudget::kBurstTime - Duration(1));
    client.sends_datagram(3, kPeer, Bytes(100));  // one past the burst
    EXPECT_EQ(client.dropped(), before + 1);
    client.waits(Duration(1));
    client.sends_datagram(3, kPeer, Bytes(100));  // all but three are late
    EXPECT_EQ(client.dropped(), before + 1 + kMost + 1 - 3);
    EXPECT_EQ(client.endpoint().queued_datagrams(), 3u);
    while (client.endpoint().queued_datagrams() != 0) client.drains();  // and may burst again
  }
}

TEST(MuxWriting, AStreamThatEndsTakesItsDatagramsWithIt) {
  MuxEnd client(Sender::client);
  open_four(client);
  client.sends(1, Bytes(60'000));
  client.sends_datagram(3, kPeer, "a").sends_datagram(3, kPeer, "b");
  client.ends(3);
  EXPECT_EQ(client.dropped(), 2u);
  EXPECT_EQ(client.endpoint().queued_datagrams(), 0u);
  client.sends_datagram(3, kPeer, "late");
  EXPECT_EQ(client.dropped(), 3u);
}

// ----- credit

TEST(MuxWriting, SendsNoMoreThanItsCredit) {  // MUX-2
  MuxEnd client(Sender::client);
  open_four(client);
  EXPECT_FALSE(client.sends(1, Bytes(300'000)));
  for (int i = 0; i < 20; ++i) client.drains();
  EXPECT_EQ(client.take_written().size(), 262'144u + 16 * 7);
  client.reads(window_frame(1, 10)).expect_written(data_frame(1, Bytes(10)));
  client.reads(window_frame(1, 0)).expect_written("");
  client.expect_told();
  client.reads(window_frame(1, 0xffffffff)).drains().drains().expect_told("drained 1");
  EXPECT_EQ(client.endpoint().waiting_octets(), 0u);
  client.reads(window_frame(1, 0xffffffff) + window_frame(1, 0xffffffff));
  EXPECT_TRUE(client.good()) << "the sum stops at 2^32 - 1";
}

TEST(MuxWriting, AStreamWithoutCreditHoldsBackNobody) {  // MUX-2
  MuxEnd client(Sender::client);
  open_four(client);
  client.sends(1, Bytes(300'000));
  for (int i = 0; i < 20; ++i) client.drains();
  client.take_written();
  EXPECT_TRUE(client.sends(2, "on its way"));
  client.expect_written(data_frame(2, "on its way"));
}

TEST(MuxWriting, TheEndComesBehindWhatWaits) {
  MuxEnd client(Sender::client);
  open_four(client);
  client.sends(1, Bytes(40'000));
  client.ends(1);
  EXPECT_TRUE(client.sends(1, "after its end"));
  client.take_written();
  client.drains();
  EXPECT_EQ(frames_of(client.take_written()), (Frames{"data 1 7232", "frame 5"}));
  client.reads(fin_frame(1)).expect_told("end 1", "finished 1");
}

TEST(MuxWriting, NothingIsWrittenBeforeTheConnectionStands) {
  struct Silent final : MuxEndpoint::Owner {
    void write(const FrameHead& head, ByteView payload) override {
      append(octets, head.view());
      append(octets, payload);
    }
    ByteView keep(Bytes kept) override { return memory.emplace_back(std::move(kept)); }
    MuxEndpoint::Tag on_opened(mux::StreamId, const std::optional<Destination>&) override {
      return 0;
    }
    void on_data(MuxEndpoint::Stream, ByteView) override {}
    void on_datagram(MuxEndpoint::Stream, const Destination&, ByteView) override {}
    void on_end(MuxEndpoint::Stream) override {}
    void on_reset(MuxEndpoint::Stream, mux::Reason) override {}
    void on_finished(MuxEndpoint::Stream) override {}
    void on_drained(MuxEndpoint::Stream) override {}
    void on_datagrams_dropped(std::size_t) override {}
    Bytes octets;
    std::deque<Bytes> memory;
  } owner;
  const MuxLimits limits;
  MuxEndpoint client(Sender::client, limits, 3);
  const auto tcp = client.open(kTarget, 0, owner);
  const auto udp = client.open(std::nullopt, 0, owner);
  EXPECT_FALSE(client.send(tcp, as_bytes("hello"), owner));
  client.send_datagram(udp, kPeer, as_bytes("hi"), TimePoint{}, owner);
  EXPECT_TRUE(owner.octets.empty());
  client.start();
  client.on_room(owner);
  EXPECT_EQ(owner.octets, open_frame(1, kTarget) + open_frame(2) + datagram_frame(2, kPeer, "hi") +
                              data_frame(1, "hello"));
}

}  // namespace
}  // namespace fullcone
