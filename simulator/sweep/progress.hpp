// A bar on stderr while a sweep runs, where that is a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "simulator/sweep/tally.hpp"

namespace fullcone::sim {

class Progress {
 public:
  using Clock = std::chrono::steady_clock;

  // `budget`: the time after which no run begins.
  Progress(std::uint64_t runs, std::optional<Duration> budget);

  // Draws it, ten times a second at most.
  void show(const Tally& tally);
  // Makes room for other lines.
  void clear();

 private:
  std::uint64_t runs_;
  std::optional<Duration> budget_;
  Clock::time_point began_ = Clock::now();
  Clock::time_point drawn_{};
  bool is_terminal_;
  bool is_drawn_ = false;
};

}  // namespace fullcone::sim
