// Tells a core what happened and has its orders carried out in order. Facts that arise meanwhile
// wait until the list is done; then the streams are flushed, once for the whole batch. Keeps the
// one timer for the core's deadlines.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <utility>

#include "base/time.hpp"
#include "net/stream_pool.hpp"

namespace fullcone {

inline TimePoint steady_now() {
  return TimePoint(std::chrono::steady_clock::now().time_since_epoch());
}

// `Driver` has carry_out(Action&); flush_datagrams(), called when a list has been carried out and
// is still there; and on_settled(), called when a fact and all that followed from it have been
// dealt with.
template <class Core, class Actions, class Driver>
class FactLoop {
 public:
  FactLoop(Core& core, Driver& driver, StreamPool& streams)
      : core_(core), driver_(driver), streams_(streams), timer_(streams.context()) {}

  // `fact` is called with the core, the time and the list to append to: at once, or, when orders
  // are being carried out, behind them. Only in the first case may it refer to anything borrowed.
  template <class Fact>
  void tell(Fact&& fact) {
    if (busy_) {
      waiting_.emplace_back(std::forward<Fact>(fact));
      return;
    }
    busy_ = true;
    fact(core_, steady_now(), orders_);
    settle();
    busy_ = false;
    driver_.on_settled();
    arm_timer();
  }

  // No deadline is awaited any more.
  void stop() {
    stopped_ = true;
    timer_.cancel();
  }

 private:
  using Fact = std::function<void(Core&, TimePoint, Actions&)>;

  void settle() {
    for (;;) {
      for (auto& order : orders_) driver_.carry_out(order);
      driver_.flush_datagrams();
      orders_.clear();
      if (waiting_.empty()) streams_.flush();
      if (waiting_.empty()) return;
      const Fact fact = std::move(waiting_.front());
      waiting_.pop_front();
      fact(core_, steady_now(), orders_);
    }
  }

  // A deadline that has moved away is left to come: early calls are harmless.
  void arm_timer() {
    const auto next = core_.next_deadline();
    if (stopped_ || !next || (armed_ && *armed_ <= *next)) return;
    armed_ = next;
    timer_.expires_at(std::chrono::steady_clock::time_point(next->time_since_epoch()));
    timer_.async_wait([this](boost::system::error_code aborted) {
      if (aborted || stopped_) return;
      armed_.reset();
      tell([](Core& core, TimePoint now, Actions& out) { core.on_deadline(now, out); });
    });
  }

  Core& core_;
  Driver& driver_;
  StreamPool& streams_;
  boost::asio::steady_timer timer_;
  std::optional<TimePoint> armed_;
  Actions orders_;
  std::deque<Fact> waiting_;
  bool busy_ = false;
  bool stopped_ = false;
};

}  // namespace fullcone
