#include "conformance/live/stop.hpp"

#include <signal.h>
#include <sys/time.h>

#include <algorithm>
#include <chrono>

namespace fullcone::conformance {
namespace {

// Written by a signal handler, which may do nothing else.
std::atomic<bool> stop_requested = false;
std::atomic<int> first_signal = 0;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

void on_signal(int signal) {
  int none = 0;
  first_signal.compare_exchange_strong(none, signal);
  stop_requested = true;
}

void handle(int signal) {
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

const std::atomic<bool>& stop_on_signals() {
  handle(SIGINT);
  handle(SIGTERM);
  return stop_requested;
}

void stop_after(Duration limit) {
  handle(SIGALRM);
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(limit).count();
  itimerval timer{};
  timer.it_value.tv_sec = micros / 1'000'000;
  timer.it_value.tv_usec = std::max<suseconds_t>(micros % 1'000'000, 1);  // 0 is never
  ::setitimer(ITIMER_REAL, &timer, nullptr);
}

int stopping_signal() { return first_signal; }

}  // namespace fullcone::conformance
