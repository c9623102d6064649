#include "conformance/live/poll_loop.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>

namespace fullcone::conformance {

using namespace std::chrono_literals;

namespace {

// Conditions that no descriptor tells of (a process, a port) are looked at this often.
constexpr Duration kLookAgain = 2ms;

}  // namespace

TimePoint PollLoop::now() {
  return TimePoint(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

TimePoint PollLoop::wall_clock() {
  return TimePoint(
      std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()));
}

bool PollLoop::run_until(const std::function<bool()>& done, Duration limit) {
  const TimePoint end = now() + limit;
  while (!done()) {
    const Duration left = end - now();
    if (left <= Duration::zero()) return false;
    poll_once(std::min(left, kLookAgain));
  }
  return true;
}

void PollLoop::poll_once(Duration most) {
  std::erase_if(pollables_, [](const auto& each) { return each->fd() < 0; });
  std::vector<pollfd> waiting;
  std::vector<std::shared_ptr<Pollable>> asked;
  for (const auto& each : pollables_) {
    if (each->wanted() == 0) continue;  // POLLHUP would come all the same, again and again
    waiting.push_back({each->fd(), each->wanted(), 0});
    asked.push_back(each);
  }
  const timespec timeout{0, static_cast<long>(most.count())};  // below a second
  if (::ppoll(waiting.data(), waiting.size(), &timeout, nullptr) <= 0) return;
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    if (waiting[i].revents != 0 && asked[i]->fd() >= 0) asked[i]->on_ready();
  }
}

}  // namespace fullcone::conformance
