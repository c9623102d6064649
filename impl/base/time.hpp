// The time that the core is handed: a point on a steady clock that the driver reads (real time in
// the proxy, virtual time in the simulator). There is deliberately no now().
#pragma once

#include <chrono>

namespace fullcone {

struct SteadyTimeline {
  using rep = std::chrono::nanoseconds::rep;
  using period = std::chrono::nanoseconds::period;
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<SteadyTimeline>;
  static constexpr bool is_steady = true;
};

using TimePoint = SteadyTimeline::time_point;
using Duration = SteadyTimeline::duration;

}  // namespace fullcone
