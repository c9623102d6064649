// What a TCP transfer by mux costs the datagrams on the same connection: on a link of 100 Mbit/s
// and 40 ms, a datagram a millisecond, with and without 100 MB of an upload beside it. In virtual
// time, so the figures are the same everywhere. The reference model knows nothing of it: the world
// is unjudged.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "simulator/world.hpp"

namespace fullcone::sim {
namespace {

constexpr std::uint64_t kLinkOctetsPerSecond = 12'500'000;
constexpr Duration kLinkDelay = 40ms;
// The link holds 1 MB, there and back; TCP keeps a little more under way, and that queues before
// it.
constexpr std::size_t kTcpWindow = 1'200'000;
constexpr std::size_t kUpload = 100'000'000;

struct Late {
  TimePoint sent;
  TimePoint arrived;
};

class MuxedFlow {
 public:
  MuxedFlow()
      : server_(world_.server({}, {world_.new_user("alice")}, {.delay = 0ms})),
        client_(world_.client({.delay = kLinkDelay, .octets_per_second = kLinkOctetsPerSecond},
                              by_mux())),
        peer_(world_.peer(Family::ipv4, {.delay = 1ms})),
        target_(world_.tcp_target(TcpManner::silent)) {
    client_.udp().send_to(peer_.endpoint(), "first");
    EXPECT_TRUE(world_.run_until([this] { return peer_.received("first"); }, 5s));
    client_.server_streams(Command::mux).at(0)->link().pace(kTcpWindow);
  }

  // The 99th percentile of one way, of a datagram a millisecond for as long as `lasts` holds.
  template <class Lasts>
  Duration p99_while(Lasts lasts) {
    const std::size_t before = peer_.received().size();
    std::vector<TimePoint> sent;
    while (lasts(sent.size())) {
      Bytes payload(200);
      payload[0] = static_cast<std::uint8_t>(sent.size());
      client_.udp().send_to(peer_.endpoint(), payload);
      sent.push_back(world_.now());
      world_.run_for(1ms);
    }
    world_.run_for(1s);
    const auto& received = peer_.received();
    EXPECT_EQ(received.size() - before, sent.size()) << "none is lost";
    std::vector<Duration> delays;
    for (std::size_t i = 0; i < sent.size() && before + i < received.size(); ++i) {
      delays.push_back(received[before + i].at - sent[i]);
    }
    std::ranges::sort(delays);
    return delays.at(delays.size() * 99 / 100);
  }

  World& world() { return world_; }
  TcpTarget& target() { return target_; }
  TcpApp& upload() { return client_.connect(target_.endpoint()); }

 private:
  static ClientSettings by_mux() {
    ClientSettings settings;
    settings.udp = UdpMode::mux;
    settings.tcp = TcpMode::mux;
    return settings;
  }

  World world_{1, {.judged = false}};
  ServerNode& server_;
  ClientNode& client_;
  Peer& peer_;
  TcpTarget& target_;
};

double milliseconds(Duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

TEST(MuxLatency, ATransferCostsDatagramsLittleAndItselfNothing) {  // MUX-3
  MuxedFlow flow;
  const Duration idle = flow.p99_while([](std::size_t sent) { return sent < 2000; });

  TcpApp& app = flow.upload();
  ASSERT_TRUE(flow.world().run_until([&] { return app.connected(); }, 5s));
  app.send(Bytes(kUpload));
  const TimePoint begun = flow.world().now();
  TimePoint done{};
  const Duration busy = flow.p99_while([&](std::size_t) {
    if (flow.target().received().size() == kUpload && done == TimePoint{}) {
      done = flow.world().now();
    }
    return done == TimePoint{} && flow.world().now() - begun < 20s;
  });
  ASSERT_NE(done, TimePoint{}) << flow.target().received().size() << " octets in 20 s";

  const double seconds = std::chrono::duration<double>(done - begun).count();
  const double share = kUpload / seconds / kLinkOctetsPerSecond;
  RecordProperty("idle_p99_ms", std::to_string(milliseconds(idle)));
  RecordProperty("busy_p99_ms", std::to_string(milliseconds(busy)));
  RecordProperty("share_of_link", std::to_string(share));
  EXPECT_LE(busy, 2 * idle) << milliseconds(busy) << " ms and " << milliseconds(idle) << " ms idle";
  EXPECT_GE(share, 0.9);
}

}  // namespace
}  // namespace fullcone::sim
