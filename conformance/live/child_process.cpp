#include "conformance/live/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

namespace fullcone::conformance {
namespace {

constexpr std::chrono::milliseconds kLookAgain{10};
constexpr int kPatientLooks = 500;  // five seconds

// In the child, between fork and exec: only what is safe there.
[[noreturn]] void become(const char* command, int log) {
  ::setpgid(0, 0);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  ::execl("/bin/sh", "sh", "-c", command, static_cast<char*>(nullptr));
  ::_exit(127);
}

// In a process of its own: waits for the end of the program that holds the other end of `lifeline`,
// however it ends, and then ends `group`. It keeps nothing else of that program's open.
[[noreturn]] void guard(pid_t group, int lifeline) {
  constexpr int kOnly = 3;
  ::setpgid(0, 0);
  ::dup2(lifeline, kOnly);
  ::close_range(kOnly + 1, ~0U, 0);
  char octet = 0;
  while (::read(kOnly, &octet, 1) < 0 && errno == EINTR) {
  }
  ::kill(-group, SIGKILL);
  ::_exit(0);
}

}  // namespace

ChildProcess::ChildProcess(const std::string& command, const std::filesystem::path& log) {
  const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file < 0) throw std::system_error(errno, std::generic_category(), log.string());
  pid_ = ::fork();
  if (pid_ == 0) become(command.c_str(), file);
  ::close(file);
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  ::setpgid(pid_, pid_);  // the child does so too; whoever comes first
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
  const UniqueFd far(ends[0]);
  lifeline_ = UniqueFd(ends[1]);
  guardian_ = ::fork();
  if (guardian_ == 0) guard(pid_, far.get());
}

ChildProcess::~ChildProcess() {
  if (guardian_ > 0) {
    ::kill(guardian_, SIGKILL);
    ::waitpid(guardian_, nullptr, 0);
  }
  if (!gone_) {
    ::kill(-pid_, SIGTERM);
    if (!wait_for_end(kPatientLooks)) {
      ::kill(-pid_, SIGKILL);
      wait_for_end(kPatientLooks);
    }
  }
}

bool ChildProcess::lives(std::string& why) {
  if (!gone_) wait_for_end(1);
  why = end_;
  return !gone_;
}

bool ChildProcess::wait_for_end(int tries) {
  for (int i = 0; i < tries; ++i) {
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) == pid_) {
      gone_ = true;
      end_ = WIFEXITED(status) ? "it exited with " + std::to_string(WEXITSTATUS(status))
                               : "signal " + std::to_string(WTERMSIG(status)) + " ended it";
      return true;
    }
    if (i + 1 < tries) std::this_thread::sleep_for(kLookAgain);
  }
  return false;
}

}  // namespace fullcone::conformance
