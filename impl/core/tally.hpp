// How many of something are held, by all shards together.
#pragma once

#include <atomic>
#include <cstddef>

namespace fullcone {

// A count with a ceiling, shared by shards.
class Tally {
 public:
  // False, and nothing taken, when `limit` are held already.
  bool take(std::size_t limit) {
    if (held_.fetch_add(1, std::memory_order_relaxed) < limit) return true;
    give_back();
    return false;
  }
  void add() { held_.fetch_add(1, std::memory_order_relaxed); }  // whatever the ceiling
  void give_back() { held_.fetch_sub(1, std::memory_order_relaxed); }
  std::size_t held() const { return held_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::size_t> held_{0};
};

}  // namespace fullcone
