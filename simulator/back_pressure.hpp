// Two streams joined by a proxy: one is not read while what goes out on the other piles up.
#pragma once

#include <cstddef>

#include "simulator/stream_link.hpp"

namespace fullcone::sim {

// Call after each write to `to` and after each of its `written`.
inline void press_back(StreamEnd& from, const StreamEnd& to) {
  constexpr std::size_t kHigh = 64 * 1024;
  constexpr std::size_t kLow = 16 * 1024;
  if (to.queued() > kHigh) from.pause(Pause::back_pressure);
  if (to.queued() < kLow) from.resume(Pause::back_pressure);
}

}  // namespace fullcone::sim
