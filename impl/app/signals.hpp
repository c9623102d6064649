// Signals as calls on a thread of their own, where anything may be called. Only one at a time.
#pragma once

#include <signal.h>

#include <atomic>
#include <functional>
#include <thread>

namespace fullcone {

class Signals {
 public:
  // From here on SIGINT, SIGTERM, SIGHUP and SIGUSR1 wait for start(), and SIGPIPE is ignored.
  // Comes before any other thread, which would receive them otherwise.
  Signals();
  // No call is under way afterwards.
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // Calls `on_signal` for each signal, those that waited included. Once only.
  void start(std::function<void(int)> on_signal);

 private:
  sigset_t awaited_{};
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

}  // namespace fullcone
