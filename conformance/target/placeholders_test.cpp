#include "conformance/target/placeholders.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/target/target_file.hpp"

namespace fullcone::conformance {
namespace {

class PlaceholdersTest : public testing::Test {
 protected:
  PlaceholdersTest() {
    words_.set("folder", "/tmp/x");
    words_.make("port", [this] { return std::to_string(++last_port_); });
  }
  Placeholders words_;
  int last_port_ = 6999;
};

TEST_F(PlaceholdersTest, WordsAreFilledInWhereverTheyStand) {
  EXPECT_EQ(words_.fill("{folder}/a {folder}"), "/tmp/x/a /tmp/x");
  EXPECT_EQ(words_.fill(""), "");
}

TEST_F(PlaceholdersTest, AMadeValueStays) {
  EXPECT_EQ(words_.fill("{port:a} {port:b} {port:a}"), "7000 7001 7000");
  EXPECT_EQ(words_.fill("{port:b}"), "7001");
}

TEST_F(PlaceholdersTest, JsonIsLeftAlone) {
  constexpr std::string_view kJson = R"({"a": {"b": [{}, { }]}, "port": )";
  EXPECT_EQ(words_.fill(std::string(kJson) + "{port:a}}"), std::string(kJson) + "7000}");
  EXPECT_EQ(words_.fill("{"), "{");
}

TEST_F(PlaceholdersTest, AWordThatMeansNothingIsAnError) {
  EXPECT_THROW(
      {
        try {
          words_.fill("{folders}");
        } catch (const TargetError& error) {
          EXPECT_STREQ(error.what(), "{folders} means nothing; known are {folder} {port:NAME}");
          throw;
        }
      },
      TargetError);
  EXPECT_THROW(words_.fill("{ports:a}"), TargetError);
}

}  // namespace
}  // namespace fullcone::conformance
