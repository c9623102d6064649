#include "simulator/muxed_transfer.hpp"

#include <algorithm>
#include <utility>

namespace fullcone::sim {
namespace {

constexpr std::uint64_t kLinkOctetsPerSecond = 12'500'000;
constexpr Duration kLinkDelay = 40ms;
// The link holds 1 MB, there and back; TCP keeps a little more under way, and that queues before
// it.
constexpr std::size_t kTcpWindow = 1'200'000;
constexpr std::size_t kDatagram = 200;
constexpr Duration kDatagramEvery = 1ms;
constexpr int kIdleDatagrams = 2000;
// What the sender keeps in its queue, so that it never waits for itself.
constexpr std::size_t kAhead = 4'000'000;
constexpr std::size_t kChunk = 1'000'000;

ClientSettings by_mux() {
  ClientSettings settings;
  settings.udp = UdpMode::mux;
  settings.tcp = TcpMode::mux;
  return settings;
}

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace

MuxedTransfer::MuxedTransfer(Direction direction)
    : world_(1, {.judged = false}), direction_(direction) {
  ServerNode& server = world_.server({}, {world_.new_user("alice")}, {.delay = 0ms});
  client_ = &world_.client({.delay = kLinkDelay, .octets_per_second = kLinkOctetsPerSecond},
                           by_mux(), &server);
  peer_ = &world_.peer(Family::ipv4, {.delay = 1ms});
  target_ = &world_.tcp_target(TcpManner::silent);
  client_->udp().send_to(peer_->endpoint(), "first");
  world_.run_until([this] { return peer_->received("first"); }, 5s);
  client_->server_streams(Command::mux).at(0)->link().pace(kTcpWindow);
}

MuxedTransfer::Seen MuxedTransfer::run(std::size_t octets) {
  Seen seen;
  int idle = 0;
  seen.idle_p99 = p99_while([&] { return idle++ < kIdleDatagrams; }, seen);

  app_ = &client_->connect(target_->endpoint());
  app_->send("begin");  // the client reports success before there is a target
  world_.run_until([this] { return target_->received().size() == 5; }, 5s);
  const auto count = [&](RawStream& stream) { seen.transferred += stream.take().size(); };
  receiver().on_change = count;

  const TimePoint begun = world_.now();
  const double most = 2 * static_cast<double>(octets) / kLinkOctetsPerSecond;
  std::size_t given = 0;
  TimePoint done{};
  const auto under_way = [&] {
    while (given < octets && sender().end().queued() < kAhead) {
      sender().send(Bytes(std::min(kChunk, octets - given)));
      given += std::min(kChunk, octets - given);
    }
    done = world_.now();
    return seen.transferred < octets && seconds(done - begun) < most;
  };
  seen.busy_p99 = p99_while(under_way, seen);
  seen.share_of_link =
      static_cast<double>(seen.transferred) / seconds(done - begun) / kLinkOctetsPerSecond;
  return seen;
}

Duration MuxedTransfer::p99_while(const std::function<bool()>& go_on, Seen& seen) {
  const std::size_t first = arrivals(0).size();
  std::vector<TimePoint> sent;
  while (go_on()) {
    send_datagram();
    sent.push_back(world_.now());
    world_.run_for(kDatagramEvery);
  }
  world_.run_for(1s);
  const std::vector<TimePoint> arrived = arrivals(first);
  seen.datagrams_lost += sent.size() - arrived.size();
  std::vector<Duration> delays;
  for (std::size_t i = 0; i < arrived.size(); ++i) delays.push_back(arrived[i] - sent[i]);
  std::ranges::sort(delays);
  return delays.empty() ? Duration::max() : delays[delays.size() * 99 / 100];
}

void MuxedTransfer::send_datagram() {
  Bytes payload(kDatagram);
  std::uint64_t number = ++datagrams_;  // one like no other is quickly found by who notes them
  for (std::size_t i = 0; i < 8; ++i, number >>= 8) payload[i] = static_cast<std::uint8_t>(number);
  if (direction_ == Direction::up) {
    client_->udp().send_to(peer_->endpoint(), payload);
  } else {
    peer_->send_to(peer_->last_source(), payload);
  }
}

std::vector<TimePoint> MuxedTransfer::arrivals(std::size_t first) const {
  std::vector<TimePoint> times;
  const auto note = [&](const auto& received) {
    for (std::size_t i = first; i < received.size(); ++i) times.push_back(received[i].at);
  };
  if (direction_ == Direction::up) {
    note(peer_->received());
  } else {
    note(client_->udp().received());
  }
  return times;
}

RawStream& MuxedTransfer::sender() {
  return direction_ == Direction::up ? app_->stream() : target_->listener().streams().front();
}

RawStream& MuxedTransfer::receiver() {
  return direction_ == Direction::up ? target_->listener().streams().front() : app_->stream();
}

}  // namespace fullcone::sim
