// Exit codes and messages of the command line, without serving anything.
#include "app/commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "app/config_file_testing.hpp"

namespace fullcone {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Outcome {
  int code = 0;
  std::string out;
  std::string err;
};

Outcome run(const std::vector<std::string>& words) {
  std::vector<const char*> argv{"fullcone"};
  for (const auto& word : words) argv.push_back(word.c_str());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Outcome outcome;
  outcome.code = run_command(static_cast<int>(argv.size()), argv.data(), "9.8.7");
  std::fflush(stdout);
  outcome.out = testing::internal::GetCapturedStdout();
  outcome.err = testing::internal::GetCapturedStderr();
  return outcome;
}

TEST(Commands, HelpShowsTheFirstRun) {
  const auto [code, out, err] = run({"--help"});
  EXPECT_EQ(code, 0);
  EXPECT_THAT(out, HasSubstr("fullcone init --host "));
  EXPECT_THAT(out, HasSubstr("fullcone server -c server.toml"));
  EXPECT_THAT(out, HasSubstr("fullcone client -c client.toml"));
}

TEST(Commands, VersionIsOneLine) {
  const auto [code, out, err] = run({"--version"});
  EXPECT_EQ(code, 0);
  EXPECT_EQ(out, "fullcone 9.8.7\n");
}

TEST(Commands, WrongUsageIsExitCode2) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{},
                                                {"serve"},
                                                {"server"},
                                                {"init"},
                                                {"sample", "proxy"},
                                                {"init", "--host", "a", "--port", "0"},
                                                {"server", "-c", "x", "--log-level", "loud"}}) {
    const auto [code, out, err] = run(words);
    EXPECT_EQ(code, 2) << testing::PrintToString(words);
    EXPECT_EQ(out, "");
    EXPECT_NE(err, "");
  }
}

TEST(Commands, ABadConfigurationIsExitCode2) {
  const TemporaryFolder folder;
  const auto file = folder.write("a.toml", "role = \"client\"\n").string();
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"check-config", file}, {"client", "-c", file}}) {
    const auto [code, out, err] = run(words);
    EXPECT_EQ(code, 2);
    EXPECT_THAT(err, StartsWith(file + ":1:1: server.address: found nothing; allowed: "));
  }
}

TEST(Commands, CheckConfigNamesTheRole) {
  const ConfigFolder folder;
  folder.client(kClientToml);
  const auto file = (folder.path() / "a.toml").string();
  const auto [code, out, err] = run({"check-config", file});
  EXPECT_EQ(code, 0);
  EXPECT_EQ(out, file + ": a good client configuration\n");
}

TEST(Commands, WhatCannotServeIsExitCode1) {
  const ConfigFolder folder;
  folder.server("listen = \"192.0.2.1:1\"\n" + kServerToml);  // an address of nobody's here
  const auto [code, out, err] = run({"server", "-c", (folder.path() / "a.toml").string()});
  EXPECT_EQ(code, 1);
  EXPECT_THAT(err, HasSubstr("fullcone: cannot listen on 192.0.2.1:1"));
}

TEST(Commands, SampleIsACheckedConfiguration) {
  const TemporaryFolder folder;
  const auto [code, out, err] = run({"sample", "client"});
  EXPECT_EQ(code, 0);
  EXPECT_EQ(check_config(folder.write("client.toml", out)), "client");
}

}  // namespace
}  // namespace fullcone
