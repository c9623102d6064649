#include "bench/load/udp_echo.hpp"

#include <algorithm>
#include <cstring>
#include <deque>
#include <optional>
#include <stdexcept>
#include <vector>

#include "bench/load/echo_peers.hpp"
#include "bench/load/udp_way.hpp"

namespace fullcone::load {
namespace {

using namespace std::chrono_literals;

constexpr Clock::duration kLostAfter = 1s;
constexpr Clock::duration kWarmUp = 8s;

// Each datagram carries its slot of the window and the time at which it left.
class Echoer {
 public:
  Echoer(const EchoSettings& settings, UdpWay& way)
      : settings_(settings), way_(way), head_(way.head_size()), in_flight_(settings.window) {
    outgoing_.assign(BatchSocket::kBatch, Bytes(head_ + settings.size));
    towards_.resize(BatchSocket::kBatch);
    for (std::size_t slot = settings.window; slot-- > 0;) free_.push_back(slot);
    for (std::size_t i = 0; i < settings.destinations; ++i) cold_.push_back(i);
  }

  EchoResult run() {
    warm_up();
    if (settings_.on_warm) settings_.on_warm();
    result_ = {};
    begun_ = last_look_ = Clock::now();
    scheduled_ = 0;
    const auto end = begun_ + std::chrono::duration<double>(settings_.seconds);
    for (auto now = begun_; now < end; now = Clock::now()) {
      settings_.rate == 0 ? fill_window(now) : send_due(now);
      exchange(patience(now));
    }
    result_.seconds = std::chrono::duration<double>(Clock::now() - begun_).count();
    return std::move(result_);
  }

 private:
  struct InFlight {
    Clock::time_point left;
    std::size_t destination;
  };

  // Until each destination has answered; what is lost is sent again.
  void warm_up() {
    const auto end = Clock::now() + kWarmUp;
    while (answered_ < settings_.destinations) {
      const auto now = Clock::now();
      if (now > end) throw std::runtime_error("not every destination answers");
      while (!free_.empty() && !cold_.empty()) {
        queue(cold_.front(), now);
        cold_.pop_front();
      }
      exchange(100ms);
    }
    warm_ = true;
  }

  void exchange(Clock::duration patience) {
    flush();
    for (const ByteView datagram : way_.receive(patience)) take(datagram);
    give_up_lost();
  }

  // With a rate: until the next is due. It leaves the processor to what it measures.
  Clock::duration patience(Clock::time_point now) const {
    if (settings_.rate == 0) return 100ms;
    const std::chrono::duration<double> due(static_cast<double>(scheduled_ + 1) / settings_.rate);
    const auto left = begun_ + std::chrono::duration_cast<Clock::duration>(due) - now;
    return std::max(left, Clock::duration::zero());
  }

  void fill_window(Clock::time_point now) {
    while (!free_.empty()) queue(next_destination(), now);
  }

  void send_due(Clock::time_point now) {
    const double elapsed = std::chrono::duration<double>(now - begun_).count();
    const auto due = static_cast<std::uint64_t>(elapsed * settings_.rate);
    for (; scheduled_ < due; ++scheduled_) {
      free_.empty() ? void(++result_.held_back) : queue(next_destination(), now);
    }
  }

  std::size_t next_destination() {
    next_ = next_ + 1 < settings_.destinations ? next_ + 1 : 0;
    return next_;
  }

  void queue(std::size_t destination, Clock::time_point now) {
    if (queued_ == BatchSocket::kBatch) flush();
    const std::uint64_t slot = free_.back();
    free_.pop_back();
    in_flight_[slot] = {now, destination};
    const std::uint64_t stamp = stamp_of(slot);
    towards_[queued_] = destination;
    Bytes& datagram = outgoing_[queued_++];
    way_.address(datagram, destination);
    std::memcpy(datagram.data() + head_, &slot, 8);
    std::memcpy(datagram.data() + head_ + 8, &stamp, 8);
  }

  void flush() {
    if (queued_ > 0)
      way_.send(std::span(outgoing_).first(queued_), std::span(towards_).first(queued_));
    queued_ = 0;
  }

  void take(ByteView datagram) {
    if (datagram.size() != outgoing_[0].size()) throw std::runtime_error("a reply was changed");
    std::uint64_t slot = 0;
    std::uint64_t stamp = 0;
    std::memcpy(&slot, datagram.data() + head_, 8);
    std::memcpy(&stamp, datagram.data() + head_ + 8, 8);
    if (slot >= in_flight_.size()) throw std::runtime_error("a reply was changed");
    if (stamp != stamp_of(slot)) return;  // answers a datagram already given up
    if (!way_.is_from(datagram, in_flight_[slot]->destination)) ++result_.misattributed;
    ++result_.round_trips;
    result_.rtt.add(Clock::now() - in_flight_[slot]->left);
    if (!warm_) ++answered_;
    release(slot);
  }

  void give_up_lost() {
    const auto now = Clock::now();
    if (now - last_look_ < 200ms) return;
    last_look_ = now;
    for (std::size_t slot = 0; slot < in_flight_.size(); ++slot) {
      if (!in_flight_[slot] || now - in_flight_[slot]->left < kLostAfter) continue;
      ++result_.lost;
      if (!warm_) cold_.push_back(in_flight_[slot]->destination);
      release(slot);
    }
  }

  void release(std::size_t slot) {
    in_flight_[slot].reset();
    free_.push_back(slot);
  }
  // 0: nothing is in flight there.
  std::uint64_t stamp_of(std::size_t slot) const {
    return in_flight_[slot]
               ? static_cast<std::uint64_t>(in_flight_[slot]->left.time_since_epoch().count())
               : 0;
  }

  const EchoSettings& settings_;
  UdpWay& way_;
  std::size_t head_;
  std::vector<std::optional<InFlight>> in_flight_;
  std::vector<std::size_t> free_;
  std::deque<std::size_t> cold_;  // destinations to be written to for the first time
  std::size_t answered_ = 0;
  bool warm_ = false;
  std::vector<Bytes> outgoing_;
  std::vector<std::size_t> towards_;  // the destination of each
  std::size_t queued_ = 0;
  std::size_t next_ = 0;
  std::uint64_t scheduled_ = 0;
  Clock::time_point begun_;
  Clock::time_point last_look_;
  EchoResult result_;
};

}  // namespace

EchoResult run_echo(const EchoSettings& settings) {
  const EchoPeers peers(settings.destinations, settings.merging);
  UdpWay way(settings.proxy, peers.endpoints(), settings.merging);
  return Echoer(settings, way).run();
}

}  // namespace fullcone::load
