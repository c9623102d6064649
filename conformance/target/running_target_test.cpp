// Programs started as a target says, and ended.
#include "conformance/target/running_target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>

#include "conformance/live/sockets.hpp"
#include "conformance/verdict.hpp"

namespace fullcone::conformance {
namespace {

using testing::HasSubstr;

// Listens on the port that its configuration names.
TargetFile listener() {
  return {.name = "a listener",
          .needs = {"python3"},
          .files = {{"listen.py",
                     "import socket, signal\n"
                     "held = socket.create_server(('127.0.0.1', {port:listener}))\n"
                     "signal.pause()\n"}},
          .programs = {{"exec /usr/bin/python3 listen.py", "127.0.0.1:{port:listener}"}},
          .arguments = {"socks5", "--proxy", "127.0.0.1:{port:listener}", "{here}/expected.toml"}};
}

std::string why_gone(const TargetFile& target) {
  try {
    const RunningTarget running(target, "/targets");
  } catch (const SubjectGone& gone) {
    return gone.reason;
  }
  return "";
}

TEST(RunningTarget, IsReadyOnceMadeAndGoneAfterwards) {
  const TargetFile target = listener();
  std::optional<RunningTarget> running(std::in_place, target, "/targets");
  const auto arguments = running->arguments();
  const auto port = Endpoint::parse(arguments[2]);
  ASSERT_TRUE(port.has_value());
  EXPECT_EQ(arguments[3], "/targets/expected.toml");
  EXPECT_TRUE(answers(*port, std::chrono::seconds(1)));
  running.reset();
  EXPECT_FALSE(answers(*port, std::chrono::seconds(1)));
}

TEST(RunningTarget, AProgramThatEndsIsToldWithWhatItPrinted) {
  TargetFile target = listener();
  target.programs = {{"echo no such luck; exit 5", "127.0.0.1:{port:listener}"}};
  EXPECT_THAT(why_gone(target),
              testing::AllOf(HasSubstr("it exited with 5"), HasSubstr("no such luck")));
}

TEST(RunningTarget, OneThatIsNotInstalledIsNamed) {
  TargetFile target = listener();
  target.needs.push_back("no-such-program");
  EXPECT_EQ(why_gone(target), "a listener: no-such-program is not installed");
}

TEST(RunningTarget, ItsCertificateLeadsToItsAuthority) {
  TargetFile target = listener();
  target.arguments = {"/usr/bin/openssl verify -CAfile {ca} {certificate} > {folder}/verified",
                      "/usr/bin/openssl pkey -in {key} -noout -check > {folder}/checked"};
  RunningTarget running(target, "/targets");
  for (const std::string& command : running.arguments()) {
    EXPECT_EQ(std::system(command.c_str()), 0) << command;
  }
}

}  // namespace
}  // namespace fullcone::conformance
