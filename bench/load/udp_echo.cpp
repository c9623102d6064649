#include "bench/load/udp_echo.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <thread>

#include "bench/load/batch_socket.hpp"
#include "bench/load/socks_client.hpp"
#include "wire/socks5.hpp"

namespace fullcone::load {
namespace {

using namespace std::chrono_literals;

constexpr Clock::duration kLostAfter = 1s;
const IpAddress kLoopback = IpAddress::v4(127, 0, 0, 1);

// Echoes until told to stop.
class EchoPeer {
 public:
  EchoPeer() : socket_(kLoopback), thread_([this] { run(); }) {}
  ~EchoPeer() {
    stop_ = true;
    thread_.join();
  }
  Endpoint endpoint() const { return socket_.local(); }

 private:
  void run() {
    while (!stop_) {
      if (!socket_.receive(50ms).empty()) socket_.echo();
    }
  }

  BatchSocket socket_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

// Each datagram carries its slot of the window and the time at which it left.
class Echoer {
 public:
  Echoer(const EchoSettings& settings, const Endpoint& to, ByteView head)
      : settings_(settings), socket_(kLoopback), head_(head.size()), left_(settings.window) {
    socket_.connect(to);
    Bytes datagram = to_bytes(head);
    datagram.resize(head.size() + settings.size);
    outgoing_.assign(BatchSocket::kBatch, datagram);
    for (std::size_t slot = settings.window; slot-- > 0;) free_.push_back(slot);
  }

  EchoResult run() {
    begun_ = last_look_ = Clock::now();
    const auto end = begun_ + std::chrono::duration<double>(settings_.seconds);
    for (auto now = begun_; now < end; now = Clock::now()) {
      send_due(now);
      for (const auto& datagram : socket_.receive(patience(now))) take(datagram.payload);
      give_up_lost();
    }
    result_.seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
    return std::move(result_);
  }

 private:
  // With a rate: until the next is due. It leaves the processor to what it measures.
  Clock::duration patience(Clock::time_point now) const {
    if (settings_.rate == 0) return 100ms;
    const std::chrono::duration<double> due(static_cast<double>(scheduled_ + 1) / settings_.rate);
    const auto left = begun_ + std::chrono::duration_cast<Clock::duration>(due) - now;
    return std::max(left, Clock::duration::zero());
  }

  void send_due(Clock::time_point now) {
    if (settings_.rate == 0) {
      while (!free_.empty()) queue(now);
    } else {
      const double elapsed = std::chrono::duration<double>(now - begun_).count();
      const auto due = static_cast<std::uint64_t>(elapsed * settings_.rate);
      for (; scheduled_ < due; ++scheduled_) free_.empty() ? void(++result_.held_back) : queue(now);
    }
    flush();
  }

  void queue(Clock::time_point now) {
    if (queued_ == BatchSocket::kBatch) flush();
    const std::uint64_t slot = free_.back();
    free_.pop_back();
    left_[slot] = now;
    const std::uint64_t stamp = stamp_of(slot);
    Bytes& datagram = outgoing_[queued_++];
    std::memcpy(datagram.data() + head_, &slot, 8);
    std::memcpy(datagram.data() + head_ + 8, &stamp, 8);
  }

  void flush() {
    if (queued_ > 0) socket_.send(outgoing_, queued_);
    queued_ = 0;
  }

  void take(ByteView datagram) {
    if (datagram.size() != outgoing_[0].size()) throw std::runtime_error("a reply was changed");
    std::uint64_t slot = 0;
    std::uint64_t stamp = 0;
    std::memcpy(&slot, datagram.data() + head_, 8);
    std::memcpy(&stamp, datagram.data() + head_ + 8, 8);
    if (slot >= left_.size()) throw std::runtime_error("a reply was changed");
    if (stamp != stamp_of(slot)) return;  // answers a datagram already given up
    ++result_.round_trips;
    result_.rtt.add(Clock::now() - *left_[slot]);
    release(slot);
  }

  void give_up_lost() {
    const auto now = Clock::now();
    if (now - last_look_ < 200ms) return;
    last_look_ = now;
    for (std::size_t slot = 0; slot < left_.size(); ++slot) {
      if (!left_[slot] || now - *left_[slot] < kLostAfter) continue;
      ++result_.lost;
      release(slot);
    }
  }

  void release(std::size_t slot) {
    left_[slot].reset();
    free_.push_back(slot);
  }
  // 0: nothing is in flight there.
  std::uint64_t stamp_of(std::size_t slot) const {
    return left_[slot] ? static_cast<std::uint64_t>(left_[slot]->time_since_epoch().count()) : 0;
  }

  const EchoSettings& settings_;
  BatchSocket socket_;
  std::size_t head_;
  std::vector<std::optional<Clock::time_point>> left_;
  std::vector<std::size_t> free_;
  std::vector<Bytes> outgoing_;
  std::size_t queued_ = 0;
  std::uint64_t scheduled_ = 0;
  Clock::time_point begun_;
  Clock::time_point last_look_;
  EchoResult result_;
};

}  // namespace

BurstResult run_bursts(const EchoSettings& settings, std::size_t count, unsigned bursts) {
  const EchoPeer peer;
  std::optional<Association> association;
  socks5::UdpHead head;
  if (settings.proxy) {
    association.emplace(*settings.proxy);
    head = socks5::encode_udp_head(peer.endpoint());
  }
  BatchSocket socket(kLoopback);
  socket.connect(association ? association->relay() : peer.endpoint());
  Bytes datagram = to_bytes(head.view());
  datagram.resize(head.size() + settings.size);
  const std::vector<Bytes> batch(BatchSocket::kBatch, datagram);
  const auto await = [&](std::size_t wanted) {
    std::size_t back = 0;
    while (back < wanted) {
      const std::size_t got = socket.receive(1s).size();
      if (got == 0) break;
      back += got;
    }
    return back;
  };
  BurstResult result;
  for (unsigned burst = 0; burst < bursts; ++burst) {
    socket.send(batch, 1);
    if (await(1) == 0) throw std::runtime_error("nothing comes back");
    for (std::size_t left = count; left > 0;) {
      const std::size_t now = std::min(left, BatchSocket::kBatch);
      socket.send(batch, now);
      left -= now;
    }
    result.sent += count;
    result.back += await(count);
  }
  return result;
}

EchoResult run_echo(const EchoSettings& settings) {
  const EchoPeer peer;
  if (!settings.proxy) return Echoer(settings, peer.endpoint(), {}).run();
  const Association association(*settings.proxy);
  const auto head = socks5::encode_udp_head(peer.endpoint());
  return Echoer(settings, association.relay(), head.view()).run();
}

}  // namespace fullcone::load
