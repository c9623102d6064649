#include "conformance/live/child_process.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <optional>
#include <thread>

namespace fullcone::conformance {
namespace {

using namespace std::chrono_literals;

// False: gone, or waiting to be reaped.
bool runs(pid_t process) {
  std::ifstream stat("/proc/" + std::to_string(process) + "/stat");
  std::string pid, name, state = "gone";
  stat >> pid >> name >> state;
  return state != "gone" && state != "Z" && state != "X";
}

class ChildProcessTest : public testing::Test {
 protected:
  std::filesystem::path log_ =
      std::filesystem::path(testing::TempDir()) / ("child-" + std::to_string(::getpid()) + ".log");
  void TearDown() override { std::filesystem::remove(log_); }
};

TEST_F(ChildProcessTest, TellsHowItEnded) {
  ChildProcess child("echo said; exit 3", log_);
  std::string why;
  for (int i = 0; i < 500 && child.lives(why); ++i) std::this_thread::sleep_for(10ms);
  EXPECT_EQ(why, "it exited with 3");
  std::ifstream in(log_);
  std::string said;
  in >> said;
  EXPECT_EQ(said, "said");
}

TEST_F(ChildProcessTest, EndsItAndWhatItStarted) {
  std::optional<ChildProcess> child;
  child.emplace("sleep 1000 & echo $!; wait", log_);
  pid_t grandchild = 0;
  for (int i = 0; i < 500 && grandchild == 0; ++i) {
    std::this_thread::sleep_for(10ms);
    std::ifstream(log_) >> grandchild;
  }
  std::string why;
  EXPECT_TRUE(child->lives(why));
  const auto begun = std::chrono::steady_clock::now();
  child.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 4s);
  // It was sent its signal, and may take a moment to end.
  bool ended = false;
  for (int i = 0; i < 500 && !ended; ++i) {
    ended = !runs(grandchild);
    if (!ended) std::this_thread::sleep_for(10ms);
  }
  EXPECT_TRUE(ended);
}

TEST_F(ChildProcessTest, EndsWithAProgramThatIsKilled) {
  const pid_t program = ::fork();
  if (program == 0) {
    const ChildProcess child("sleep 1000 & echo $!; wait", log_);
    ::pause();
  }
  pid_t grandchild = 0;
  for (int i = 0; i < 500 && grandchild == 0; ++i) {
    std::this_thread::sleep_for(10ms);
    std::ifstream(log_) >> grandchild;
  }
  EXPECT_TRUE(runs(grandchild));
  ::kill(program, SIGKILL);
  ::waitpid(program, nullptr, 0);
  bool ended = false;
  for (int i = 0; i < 500 && !ended; ++i) {
    ended = !runs(grandchild);
    if (!ended) std::this_thread::sleep_for(10ms);
  }
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace fullcone::conformance
