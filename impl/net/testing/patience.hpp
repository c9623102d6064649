// How long a test waits for what must happen: never by sleeping, and long enough for a sanitizer.
#pragma once

#include <chrono>
#include <thread>

namespace fullcone::testing {

inline constexpr std::chrono::seconds kPatience{30};

// Whether `condition` comes to hold within kPatience; for states that only can be asked for.
template <class Condition>
bool eventually(Condition condition) {
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace fullcone::testing
