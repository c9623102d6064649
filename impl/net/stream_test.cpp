// A stream over a transport that holds back what it was given: what its owner is told of, and how
// long a close waits.
#include "net/stream.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <tuple>

#include "net/stream_pool.hpp"
#include "net/testing/sockets.hpp"

namespace fullcone::testing {
namespace {

using Status = Transport::Status;
using Clock = std::chrono::steady_clock;

// Takes all that it gets, and says that the socket takes `lets_go` octets in each call.
class Slow final : public Transport {
 public:
  Status handshake() override { return Status::done; }
  Result read(std::span<std::uint8_t>) override { return {Status::wants_read}; }
  Result write(ByteView from) override {
    ++writes;
    waiting += from.size();
    waiting -= std::min(waiting, lets_go());
    return {waiting == 0 ? Status::done : Status::wants_write, from.size()};
  }
  std::size_t unsent() const override { return waiting; }
  Status send_end() override {
    ended = true;
    return Status::done;
  }
  void prepare_abort() override { cut = true; }
  std::string failure() const override { return {}; }

  std::function<std::size_t()> lets_go = [] { return std::size_t{0}; };
  std::size_t waiting = 0;
  int writes = 0;
  bool ended = false, cut = false;
};

// Forwards to a transport that outlives the stream.
class Seen final : public Transport {
 public:
  explicit Seen(Slow& slow) : slow_(slow) {}
  Status handshake() override { return slow_.handshake(); }
  Result read(std::span<std::uint8_t> into) override { return slow_.read(into); }
  Result write(ByteView from) override { return slow_.write(from); }
  std::size_t unsent() const override { return slow_.unsent(); }
  Status send_end() override { return slow_.send_end(); }
  void prepare_abort() override { slow_.prepare_abort(); }
  std::string failure() const override { return {}; }

 private:
  Slow& slow_;
};

struct SlowStreams : ::testing::Test, Stream::Owner {
  static constexpr Duration kFlushTime = std::chrono::milliseconds(200);

  SlowStreams() {
    UniqueFd near;
    std::tie(near, far) = socket_pair();
    stream =
        std::make_shared<Stream>(pool, *this, Stream::Id{},
                                 Stream::Connection{std::move(near), std::make_unique<Seen>(slow)});
    stream->start();
  }
  ~SlowStreams() override {
    stream->close(CloseKind::abort);
    stream->close(CloseKind::abort);
    context.run();
  }

  void on_opened(Stream&) override {}
  void on_open_failed(Stream&, ConnectFailure) override {}
  void on_bytes(Stream&, ByteView) override {}
  void on_end_of_stream(Stream&) override {}
  void on_lost(Stream&) override {}
  void on_written(Stream&, std::size_t octets) override { written += octets; }

  void write(std::size_t octets) {
    stream->write(Bytes(octets));
    pool.flush();
  }

  boost::asio::io_context context{1};
  StreamPool pool{context, kFlushTime};
  UniqueFd far;
  Slow slow;
  std::shared_ptr<Stream> stream;
  std::size_t written = 0;
};

// What left is reported while more waits: those who have budgets would stand still otherwise.
TEST_F(SlowStreams, ItsOwnerIsToldOfWhatHasLeftAlthoughMoreWaits) {
  slow.lets_go = [] { return std::size_t{300}; };
  write(1000);
  EXPECT_EQ(written, 300u);
  slow.lets_go = [] { return std::size_t{0}; };
  context.run_one();
  write(50);
  EXPECT_EQ(written, 300u);
  slow.lets_go = [] { return std::size_t{1'000'000}; };
  while (written < 1050) ASSERT_EQ(context.run_one_for(std::chrono::seconds(10)), 1u);
  EXPECT_EQ(written, 1050u);
}

// Four times as long as a close waits for progress: there is some all the time.
TEST_F(SlowStreams, ACloseWaitsWhileTheTransportSendsOff) {
  write(1000);
  const auto began = Clock::now();
  slow.lets_go = [&] {
    const auto share = 1000 * (Clock::now() - began) / (4 * kFlushTime);
    const auto left = static_cast<std::size_t>(std::max<std::int64_t>(0, 1000 - share));
    return slow.waiting - std::min(slow.waiting, left);
  };
  stream->close(CloseKind::clean);
  pool.flush();
  while (!slow.ended && !slow.cut) ASSERT_EQ(context.run_one_for(std::chrono::seconds(10)), 1u);
  EXPECT_TRUE(slow.ended);
  EXPECT_FALSE(slow.cut);
}

TEST_F(SlowStreams, ACloseEndsWhenNothingIsSentOff) {
  write(1000);
  stream->close(CloseKind::clean);
  pool.flush();
  while (!slow.ended && !slow.cut) ASSERT_GT(context.run_one_for(std::chrono::seconds(10)), 0u);
  EXPECT_TRUE(slow.cut);
}

TEST_F(SlowStreams, WhatTheTransportOfAClosedStreamHoldsCounts) {
  write(1000);
  stream->close(CloseKind::clean);
  pool.flush();
  constexpr std::size_t kBound = std::size_t{256} << 20;
  EXPECT_TRUE(pool.take_lingering(kBound - 1000));
  EXPECT_FALSE(pool.take_lingering(1));
  pool.give_back_lingering(kBound - 999);
}

}  // namespace
}  // namespace fullcone::testing
