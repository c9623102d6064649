// A program that the suite started, with all that it started itself; ended by its process id.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "conformance/live/unique_fd.hpp"

namespace fullcone::conformance {

class ChildProcess {
 public:
  // A shell's command line; what it prints goes to `log`. Throws std::system_error.
  ChildProcess(const std::string& command, const std::filesystem::path& log);
  // SIGTERM, and SIGKILL where that does not help.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // The process group that it leads.
  pid_t group() const { return pid_; }
  // False, and how it ended in `why`, once it is gone.
  bool lives(std::string& why);

 private:
  bool wait_for_end(int tries);

  pid_t pid_;
  pid_t guardian_ = -1;  // kills the group when this program ends without doing so itself
  UniqueFd lifeline_;    // the guardian reads its other end, which ends with this program
  bool gone_ = false;
  std::string end_;
};

}  // namespace fullcone::conformance
