#include "simulator/stream_link.hpp"

#include <gtest/gtest.h>

#include "simulator/network.hpp"
#include "simulator/raw_listener.hpp"

namespace fullcone::sim {
namespace {

class StreamTest : public testing::Test {
 protected:
  StreamTest() {
    network.give_address(near_host, near_ip, "near");
    network.give_address(far_host, far_ip, "far");
  }

  RawStream& dial(const StreamOptions& options = {}) {
    return dialled.emplace_back(
        network.dial({near_ip, network.next_port(near_ip)}, listener.endpoint(), options),
        RawStream::State::connecting);
  }
  RawStream& dial_and_accept(const StreamOptions& options = {}) {
    RawStream& stream = dial(options);
    run_for(1s);
    far = listener.accept();
    return stream;
  }
  void run_for(Duration duration) {
    const TimePoint end = events.now() + duration;
    while (events.step(end)) {
    }
    events.rest_until(end);
  }

  EventQueue events;
  Trace trace;
  Network network{events, trace, 11};
  Host& near_host = network.add_host({.delay = 10ms});
  Host& far_host = network.add_host({.delay = 20ms});
  IpAddress near_ip = IpAddress::v4(1, 0, 0, 1);
  IpAddress far_ip = IpAddress::v4(2, 0, 0, 1);
  RawListener listener{network, {far_ip, 443}};
  std::deque<RawStream> dialled;
  RawStream* far = nullptr;
};

TEST_F(StreamTest, ATlsHandshakeTakesTwoRoundTrips) {
  RawStream& stream = dial();
  stream.send("early");
  run_for(120ms - 1ns);
  EXPECT_EQ(stream.state(), RawStream::State::connecting);
  run_for(1ns);
  EXPECT_TRUE(stream.open());
  EXPECT_EQ(listener.waiting(), 0u);
  run_for(30ms);
  ASSERT_EQ(listener.waiting(), 1u);
  EXPECT_EQ(as_text(listener.accept()->received()), "early");
}

TEST_F(StreamTest, OctetsArriveInOrderHoweverTheyAreCut) {
  RawStream& stream = dial_and_accept();
  std::size_t reads = 0;
  far->on_change = [&](RawStream&) { ++reads; };
  Bytes sent;
  for (int i = 0; i < 300; ++i) {
    const Bytes part(static_cast<std::size_t>(i), static_cast<std::uint8_t>(i));
    stream.send(part);
    append(sent, part);
    run_for(100us);
  }
  run_for(1s);
  EXPECT_EQ(far->received(), sent);
  EXPECT_GT(reads, 300u);
}

TEST_F(StreamTest, AHalfCloseEndsOneDirection) {
  RawStream& stream = dial_and_accept();
  stream.send("question");
  stream.half_close();
  run_for(1s);
  EXPECT_TRUE(far->ended());
  EXPECT_EQ(as_text(far->received()), "question");
  far->send("answer");
  far->close_clean();
  run_for(1s);
  EXPECT_TRUE(stream.ended());
  EXPECT_EQ(as_text(stream.received()), "answer");
}

TEST_F(StreamTest, ACleanCloseDeliversWhatWasQueued) {
  RawStream& stream = dial_and_accept();
  stream.send(Bytes(300'000));
  stream.close_clean();
  run_for(2s);
  EXPECT_EQ(far->received().size(), 300'000u);
  EXPECT_TRUE(far->ended());
  far->send("anyone?");
  run_for(1s);
  EXPECT_TRUE(far->reset());
  EXPECT_TRUE(far->ended());
}

TEST_F(StreamTest, ACutIsALossAtTheFarEnd) {
  RawStream& stream = dial_and_accept();
  stream.cut();
  run_for(29ms);
  EXPECT_TRUE(far->open());
  run_for(1ms);
  EXPECT_TRUE(far->lost());
}

TEST_F(StreamTest, TheNetworkCutsAfterAnyOctet) {
  for (std::size_t octets = 0; octets < 40; ++octets) {
    RawStream& stream = dial_and_accept();
    stream.end().link().cut_after(far->end(), octets);
    stream.send(Bytes(40));
    run_for(1s);
    EXPECT_EQ(far->received().size(), octets);
    EXPECT_TRUE(far->lost());
    EXPECT_TRUE(stream.lost());
  }
}

TEST_F(StreamTest, ASilentLinkIsNoticedByKeepAlive) {
  RawStream& stream = dial_and_accept();
  stream.end().link().fall_silent();
  stream.send("into the void");
  run_for(KeepAlive{}.dead_after() - 1ns);
  EXPECT_TRUE(stream.open());
  EXPECT_TRUE(far->open());
  run_for(1ns);
  EXPECT_TRUE(stream.lost());
  EXPECT_TRUE(far->lost());
  EXPECT_TRUE(far->received().empty());
}

TEST_F(StreamTest, ARefusedDialFailsAfterARoundTrip) {
  listener.stop();
  RawStream& stream = dial();
  run_for(60ms - 1ns);
  EXPECT_EQ(stream.state(), RawStream::State::connecting);
  run_for(1ns);
  EXPECT_EQ(stream.state(), RawStream::State::failed);
  listener.swallow();
  RawStream& unanswered = dial();
  run_for(1h);
  EXPECT_EQ(unanswered.state(), RawStream::State::connecting);
}

TEST_F(StreamTest, AStalledReaderFillsTheWindowThenTheQueue) {
  std::size_t written = 0;
  RawStream& stream = dial_and_accept({.window_octets = 10'000});
  stream.end().events.written = [&](std::size_t octets) { written += octets; };
  far->pause_reading();
  stream.send(Bytes(25'000));
  run_for(1min);
  EXPECT_EQ(written, 10'000u);
  EXPECT_EQ(stream.end().queued(), 15'000u);
  EXPECT_TRUE(far->received().empty());
  far->resume_reading();
  run_for(1s);
  EXPECT_EQ(written, 25'000u);
  EXPECT_EQ(far->received().size(), 25'000u);
}

TEST_F(StreamTest, AReaderThatLeavesWithOctetsUnreadResets) {
  RawStream& stream = dial_and_accept({.window_octets = 10'000});
  far->pause_reading();
  stream.send(Bytes(25'000));
  run_for(1s);
  far->close_clean();
  run_for(1s);
  EXPECT_TRUE(stream.ended());
  EXPECT_TRUE(stream.reset());
}

TEST_F(StreamTest, LossCostsTimeAndNothingElse) {
  near_host.link.loss = 0.3;
  RawStream& stream = dial_and_accept();
  run_for(10s);
  if (far == nullptr) far = listener.accept();
  stream.send(Bytes(200'000, 7));
  run_for(1min);
  EXPECT_EQ(far->received(), Bytes(200'000, 7));
}

TEST_F(StreamTest, EachDirectionHasItsOwnSpeed) {
  near_host.link.octets_per_second = 100'000;  // up
  near_host.inward = LinkSettings{.delay = 10ms, .octets_per_second = 1'000'000};
  RawStream& stream = dial_and_accept();
  stream.send(Bytes(100'000));
  far->send(Bytes(100'000));
  run_for(500ms);
  EXPECT_EQ(stream.received().size(), 100'000u);
  EXPECT_LT(far->received().size(), 100'000u);
  run_for(700ms);
  EXPECT_EQ(far->received().size(), 100'000u);
}

TEST_F(StreamTest, APartitionStopsItAndLosesNothing) {
  RawStream& stream = dial_and_accept();
  network.partition({&near_host}, 20s);
  stream.send("to the other side");
  far->send("and back");
  run_for(20s - 1ns);
  EXPECT_TRUE(far->received().empty());
  EXPECT_TRUE(stream.received().empty());
  run_for(1s);
  EXPECT_EQ(as_text(far->received()), "to the other side");
  EXPECT_EQ(as_text(stream.received()), "and back");
}

TEST_F(StreamTest, APartitionLongerThanTheKeepAliveLosesIt) {
  RawStream& stream = dial_and_accept();
  network.partition({&near_host}, KeepAlive{}.dead_after());
  run_for(KeepAlive{}.dead_after());
  EXPECT_TRUE(stream.lost());
  EXPECT_TRUE(far->lost());
}

TEST_F(StreamTest, ADialWaitsForThePartitionToEnd) {
  network.partition({&far_host}, 5s);
  RawStream& stream = dial();
  run_for(5s);
  EXPECT_EQ(stream.state(), RawStream::State::connecting);
  run_for(1s);
  EXPECT_TRUE(stream.open());
}

}  // namespace
}  // namespace fullcone::sim
