// How much of one connection's output may wait in its driver's queue: the bound that keeps a slow
// reader from costing memory (CRUM-10). A queue that has just begun to wait may hold a burst, which
// TCP often takes a moment later; one that waits for long holds less, for all that it holds is
// late.
#pragma once

#include <chrono>
#include <cstddef>

#include "base/time.hpp"

namespace fullcone {

class SendBudget {
 public:
  // The bound is so many times as high while the queue has not waited for so long.
  static constexpr std::size_t kBurst = 4;
  static constexpr Duration kBurstTime = std::chrono::milliseconds(100);

  explicit SendBudget(std::size_t limit_bytes) : limit_(limit_bytes) {}

  // Takes `octets`, or nothing and false when the bound would be passed. An empty queue takes one
  // message of any size, so that no message is too large for ever.
  bool take(std::size_t octets) { return take_within(limit_, octets); }
  // The same where a burst is admitted.
  bool take(std::size_t octets, TimePoint now) {
    if (waiting_ == 0) since_ = now;
    return take_within(now - since_ < kBurstTime ? kBurst * limit_ : limit_, octets);
  }
  // Whether more may be added: for those who stop at the bound, and pass it by one message at most.
  bool has_room() const { return waiting_ < limit_; }
  void add(std::size_t octets) { waiting_ += octets; }  // whatever the bound
  void written(std::size_t octets) { waiting_ -= octets < waiting_ ? octets : waiting_; }
  std::size_t waiting() const { return waiting_; }

 private:
  bool take_within(std::size_t bound, std::size_t octets) {
    if (waiting_ != 0 && waiting_ + octets > bound) return false;
    waiting_ += octets;
    return true;
  }

  std::size_t limit_;
  std::size_t waiting_ = 0;
  TimePoint since_{};  // the queue was last found empty
};

}  // namespace fullcone
