// What a target's file says, and how it is told that it is wrong.
#include "conformance/target/target_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fullcone::conformance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string error_of(std::string_view text) {
  try {
    parse_target(text, "some.toml");
  } catch (const TargetError& error) {
    return error.what();
  }
  return "";
}

TEST(TargetFile, SaysWhatToStartAndHowToJudge) {
  const TargetFile target = parse_target(R"(
name = "a pair"
needs = ["one", "two"]
arguments = ["socks5", "--proxy", "127.0.0.1:{port:socks}"]
[[file]]
path = "one.json"
text = '{"port": {port:socks}}'
[[program]]
command = "exec one -c one.json"
ready = "127.0.0.1:{port:socks}"
[[program]]
command = "exec two"
)",
                                         "some.toml");
  EXPECT_EQ(target.name, "a pair");
  EXPECT_THAT(target.needs, ElementsAre("one", "two"));
  EXPECT_THAT(target.arguments, ElementsAre("socks5", "--proxy", "127.0.0.1:{port:socks}"));
  ASSERT_EQ(target.files.size(), 1u);
  EXPECT_EQ(target.files[0].path, "one.json");
  EXPECT_EQ(target.files[0].text, R"({"port": {port:socks}})");
  ASSERT_EQ(target.programs.size(), 2u);
  EXPECT_EQ(target.programs[0].ready, "127.0.0.1:{port:socks}");
  EXPECT_EQ(target.programs[1].ready, "");
}

TEST(TargetFile, ErrorsNameTheLine) {
  EXPECT_THAT(error_of("name = 'x'\nargument = ['y']\n"),
              HasSubstr("some.toml:2: unknown key \"argument\"; allowed: name, needs, arguments"));
  EXPECT_THAT(error_of("name = 7\narguments = ['y']\n"),
              HasSubstr("some.toml:1: \"name\" wants text"));
  EXPECT_THAT(error_of("name = 'x'\narguments = 'y'\n"),
              HasSubstr("some.toml:2: \"arguments\" wants an array"));
  EXPECT_THAT(error_of("name = 'x'\narguments = ['y']\n\n[program]\ncommand = 'z'\n"),
              HasSubstr("some.toml:4: \"program\" wants an array"));
  EXPECT_THAT(error_of("name = 'x'\narguments = ['y']\n\n[[program]]\nready = 'z'\n"),
              HasSubstr("some.toml:4: \"command\" is missing"));
  EXPECT_THAT(error_of("name = 'x'\n"), HasSubstr("\"arguments\" is missing or empty"));
  EXPECT_THAT(error_of("name = 'x'\nname = "), HasSubstr("some.toml:2: "));
}

TEST(TargetFile, OneThatCannotBeReadIsNamed) {
  EXPECT_THROW(
      {
        try {
          read_target("/nowhere/some.toml");
        } catch (const TargetError& error) {
          EXPECT_STREQ(error.what(), "/nowhere/some.toml: cannot be read");
          throw;
        }
      },
      TargetError);
}

}  // namespace
}  // namespace fullcone::conformance
