// How much of one connection's output may wait in its driver's queue: the bound that keeps a slow
// reader from costing memory (CRUM-10).
#pragma once

#include <cstddef>

namespace fullcone {

class SendBudget {
 public:
  explicit SendBudget(std::size_t limit_bytes) : limit_(limit_bytes) {}

  // Takes `octets`, or nothing and false when the bound would be passed. An empty queue takes one
  // message of any size, so that no message is too large for ever.
  bool take(std::size_t octets) {
    if (waiting_ != 0 && waiting_ + octets > limit_) return false;
    waiting_ += octets;
    return true;
  }
  // Whether more may be added: for those who stop at the bound, and pass it by one message at most.
  bool has_room() const { return waiting_ < limit_; }
  void add(std::size_t octets) { waiting_ += octets; }  // whatever the bound
  void written(std::size_t octets) { waiting_ -= octets < waiting_ ? octets : waiting_; }
  std::size_t waiting() const { return waiting_; }

 private:
  std::size_t limit_;
  std::size_t waiting_ = 0;
};

}  // namespace fullcone
