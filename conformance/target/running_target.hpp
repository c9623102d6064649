// A target's programs, started in a folder of their own and ended with it.
#pragma once

#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "conformance/live/child_process.hpp"
#include "conformance/live/folder.hpp"
#include "conformance/target/placeholders.hpp"
#include "conformance/target/target_file.hpp"

namespace fullcone::conformance {

class RunningTarget {
 public:
  // Starts each program and waits until it is ready. `here` is the folder of the target's file.
  // Throws SubjectGone when a program is not installed, ends, or does not become ready, with what
  // it printed; TargetError when a placeholder means nothing.
  RunningTarget(const TargetFile& target, const std::filesystem::path& here);
  ~RunningTarget();
  RunningTarget(const RunningTarget&) = delete;
  RunningTarget& operator=(const RunningTarget&) = delete;

  // Of its programs, in the order of the file.
  std::vector<pid_t> process_groups() const;
  // The suite's command line, filled in.
  std::vector<std::string> arguments();

 private:
  void define_words(const std::filesystem::path& here);
  void write_files();
  void start(const TargetFile::Program& program);

  const TargetFile& target_;
  Folder folder_;
  Placeholders words_;
  std::deque<ChildProcess> programs_;
};

}  // namespace fullcone::conformance
