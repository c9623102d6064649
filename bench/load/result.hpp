// What every load has in common: when it ends, and how long its exchanges took.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace fullcone::load {

using Clock = std::chrono::steady_clock;

// Durations of exchanges, in microseconds.
class Latencies {
 public:
  void add(Clock::duration took) {
    took_us_.push_back(static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(took).count()));
  }
  void sort() { std::ranges::sort(took_us_); }
  // Of sorted ones; 0 where there is none. `share`: 0 to 1.
  std::uint32_t percentile(double share) const {
    if (took_us_.empty()) return 0;
    return took_us_[static_cast<std::size_t>(share * static_cast<double>(took_us_.size() - 1))];
  }
  void append(const Latencies& other) {
    took_us_.insert(took_us_.end(), other.took_us_.begin(), other.took_us_.end());
  }
  std::size_t size() const { return took_us_.size(); }

 private:
  std::vector<std::uint32_t> took_us_;
};

}  // namespace fullcone::load
