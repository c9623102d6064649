#include "net/event_loop.hpp"

#include <csignal>

namespace fullcone {

void EventLoop::run() {
  sigset_t broken_pipe;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);

  enter(Phase::running);
  context_.run();
  enter(Phase::ending);
  context_.restart();
  context_.poll();  // what was posted since
  enter(Phase::ended);
}

void EventLoop::enter(Phase phase) {
  const std::lock_guard lock(mutex_);
  phase_ = phase;
  changed_.notify_all();
}

}  // namespace fullcone
