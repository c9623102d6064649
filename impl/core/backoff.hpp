// The pauses between attempts to reach the server again: each twice the one before, up to a bound,
// with jitter, so that clients that lost it together do not come back together.
#pragma once

#include <algorithm>

#include "base/random.hpp"
#include "base/time.hpp"

namespace fullcone {

class Backoff {
 public:
  Backoff(Duration first, Duration most) : first_(first), most_(most) {}

  // What was reached worked for `lived` before it was lost; zero: it was not reached. One that
  // lived long starts the pauses afresh.
  Duration next(Duration lived, Random& random) {
    const bool afresh = lived >= most_ || pause_ == Duration::zero();
    pause_ = afresh ? first_ : std::min(pause_ * 2, most_);
    const auto half = static_cast<std::uint64_t>(pause_.count() / 2);
    return Duration(static_cast<Duration::rep>(half + random.below(half + 1)));
  }

 private:
  Duration first_;
  Duration most_;
  Duration pause_{};
};

}  // namespace fullcone
