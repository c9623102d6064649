#include "app/signals.hpp"

#include <utility>

namespace fullcone {

Signals::Signals() {
  sigemptyset(&awaited_);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) sigaddset(&awaited_, number);
  pthread_sigmask(SIG_BLOCK, &awaited_, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

void Signals::start(std::function<void(int)> on_signal) {
  thread_ = std::thread([this, call = std::move(on_signal)] {
    for (int number = 0; sigwait(&awaited_, &number) == 0 && !ended_;) call(number);
  });
}

Signals::~Signals() {
  if (!thread_.joinable()) return;
  ended_ = true;
  pthread_kill(thread_.native_handle(), SIGUSR1);
  thread_.join();
}

}  // namespace fullcone
