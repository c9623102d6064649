// Two of the suite's own streams over loopback: what one end does, and what the other sees.
#include "conformance/live/live_stream.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "conformance/live/sockets.hpp"
#include "conformance/live/tls_context.hpp"

namespace fullcone::conformance {
namespace {

using State = Stream::State;

class LiveStreamTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) {
      const Certificate certificate = make_certificate();
      const auto file = std::filesystem::path(testing::TempDir()) /
                        ("conformance-ca-" + std::to_string(::getpid()) + ".pem");
      write_pem(*certificate.authority, file);
      dialler_.emplace(file, "localhost");
      acceptor_.emplace(certificate);
      std::filesystem::remove(file);
    }
    const UniqueFd listener = listen_tcp({IpAddress::v4(127, 0, 0, 1), 0});
    near_ = std::make_unique<LiveStream>(loop_, dial_tcp(local_endpoint(listener)),
                                         dialler_ ? dialler_->make() : nullptr, false);
    UniqueFd fd;
    ASSERT_TRUE(until([&] { return static_cast<bool>(fd = accept_tcp(listener)); }));
    far_ = std::make_unique<LiveStream>(loop_, std::move(fd),
                                        acceptor_ ? acceptor_->make() : nullptr, true);
    ASSERT_TRUE(until([&] {
      return near_->state() == State::open && far_->state() == State::open;
    })) << near_->failure()
        << far_->failure();
  }

  bool until(const std::function<bool()>& done) { return loop_.run_until(done, 10s); }

  PollLoop loop_;
  std::optional<TlsDialler> dialler_;
  std::optional<TlsAcceptor> acceptor_;
  std::unique_ptr<LiveStream> near_, far_;
};

TEST_P(LiveStreamTest, CarriesOctetsBothWays) {
  const Bytes large(3'000'000, 0x5a);
  near_->send(large);
  far_->send(as_bytes("back"));
  EXPECT_TRUE(until([&] { return far_->received().size() == large.size(); }));
  EXPECT_TRUE(until([&] { return as_text(near_->received()) == "back"; }));
}

TEST_P(LiveStreamTest, EndsOneDirectionAtATime) {
  near_->send(as_bytes("question"));
  near_->end();
  EXPECT_TRUE(until([&] { return far_->state() == State::ended; }));
  EXPECT_EQ(as_text(far_->received()), "question");
  EXPECT_EQ(near_->state(), State::open);
  far_->send(as_bytes("answer"));
  far_->end();
  EXPECT_TRUE(until([&] { return near_->state() == State::ended; }));
  EXPECT_EQ(as_text(near_->received()), "answer");
}

TEST_P(LiveStreamTest, ACloseIsCleanThoughItsOwnerLeavesAtOnce) {
  const Bytes large(300'000, 1);
  far_->send(as_bytes("unread"));
  near_->send(large);
  near_->close();
  EXPECT_EQ(near_->state(), State::lost);  // given up by this end
  near_.reset();
  EXPECT_TRUE(until([&] { return far_->state() == State::ended; }));
  EXPECT_EQ(far_->received().size(), large.size());
}

TEST_P(LiveStreamTest, ACutIsNoEnd) {
  near_->cut();
  EXPECT_TRUE(until([&] { return far_->state() == State::lost; }));
}

TEST_P(LiveStreamTest, AStreamLetGoIsCut) {
  near_.reset();
  EXPECT_TRUE(until([&] { return far_->state() == State::lost; }));
}

TEST_P(LiveStreamTest, APausedReaderTakesNothing) {
  far_->pause_reading(true);
  near_->send(as_bytes("later"));
  EXPECT_FALSE(loop_.run_until([&] { return !far_->received().empty(); }, 30ms));
  far_->pause_reading(false);
  EXPECT_TRUE(until([&] { return as_text(far_->received()) == "later"; }));
}

TEST_P(LiveStreamTest, WhoWritesToOneThatHasLeftGetsNoSignal) {
  far_->pause_reading(true);  // so that only writing finds out
  near_->cut();
  int written = 0;
  EXPECT_TRUE(until([&] {
    far_->send(as_bytes("anybody there?"));
    return ++written == 5;
  }));
  far_->pause_reading(false);
  EXPECT_TRUE(until([&] { return far_->state() != State::open; }));
}

INSTANTIATE_TEST_SUITE_P(PlainAndTls, LiveStreamTest, testing::Bool());

TEST(LiveStream, IsLostWhereNobodyListens) {
  const UniqueFd bound = bind_tcp({IpAddress::v4(127, 0, 0, 1), 0});
  PollLoop loop;
  const LiveStream stream(loop, dial_tcp(local_endpoint(bound)), nullptr, false);
  EXPECT_TRUE(loop.run_until([&] { return stream.state() == State::lost; }, 5s));
  EXPECT_FALSE(stream.failure().empty());
}

TEST(Sockets, SeeWhoHoldsAPort) {
  UniqueFd held = open_udp({IpAddress::v4(127, 9, 9, 9), 0});
  const Endpoint port = local_endpoint(held);
  EXPECT_TRUE(udp_port_is_held(port));
  held.reset();
  EXPECT_FALSE(udp_port_is_held(port));
}

}  // namespace
}  // namespace fullcone::conformance
