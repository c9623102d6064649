// Reduces a life that fails to a small one that fails likewise: delta debugging (Zeller and
// Hildebrandt, 2002) over its events, in chunks that halve down to single ones; then things that
// nobody needs; then values, towards their defaults and towards nothing. The same life and the same
// question give the same result.
#pragma once

#include <cstddef>
#include <functional>

#include "simulator/life/life.hpp"

namespace fullcone::sim {

struct Shrunk {
  Life life;
  std::size_t tries = 0;  // lives that were played
};

// `still_fails` plays a life; it is asked at most `most_tries` times.
// Precondition: still_fails(life).
Shrunk shrink(Life life, const std::function<bool(const Life&)>& still_fails,
              std::size_t most_tries = 2000);

}  // namespace fullcone::sim
