// What a configuration file's values are, where they stand, and how a message shows them.
#include "app/config_tree.hpp"

#include <gtest/gtest.h>

namespace fullcone::config {
namespace {

TEST(ConfigTree, KeysAndValuesKnowWhereTheyStand) {
  const auto table = parse_toml("a = 1\n\n[b]\n  c.d = [true,\n    \"x\"]\n");
  ASSERT_NE(table.find("a"), nullptr);
  EXPECT_EQ(table.find("a")->at, (Position{1, 1}));
  EXPECT_EQ(table.find("a")->node.at, (Position{1, 5}));

  const auto* b = table.find("b")->node.as<Table>();
  ASSERT_NE(b, nullptr);
  const auto* c = b->find("c")->node.as<Table>();
  ASSERT_NE(c, nullptr);
  EXPECT_EQ(c->find("d")->at, (Position{4, 5}));
  const auto* d = c->find("d")->node.as<Array>();
  ASSERT_NE(d, nullptr);
  EXPECT_EQ(d->at(0).at, (Position{4, 10}));
  EXPECT_EQ(d->at(1).at, (Position{5, 5}));
  EXPECT_EQ(table.find("c"), nullptr);
}

TEST(ConfigTree, SyntaxErrorsTellTheirPlace) {
  try {
    parse_toml("a = 1\nb = = 2\n");
    FAIL() << "no SyntaxError";
  } catch (const SyntaxError& error) {
    EXPECT_EQ(error.at.line, 2u);
    EXPECT_EQ(error.at.column, 5u);
    EXPECT_NE(std::string(error.what()), "");
  }
}

std::string described(const std::string& value) {
  return describe(parse_toml("key = " + value).find("key")->node);
}

TEST(ConfigTree, ValuesAreShownAsToml) {
  EXPECT_EQ(described("true"), "true");
  EXPECT_EQ(described("-7"), "-7");
  EXPECT_EQ(described("1.5"), "1.5");
  EXPECT_EQ(described("'a\"b'"), R"("a\"b")");
  EXPECT_EQ(described(R"("tab\tend")"), R"("tab\u0009end")");
  EXPECT_EQ(described("[1, \"x\"]"), "[1, \"x\"]");
  EXPECT_EQ(described("{a = 1}"), "a table");
  EXPECT_EQ(described("1979-05-27"), "a date or time");
}

TEST(ConfigTree, LongValuesAreCutBetweenCodePoints) {
  const std::string sixty = "\"" + std::string(58, 'x') + "\"";
  EXPECT_EQ(described(sixty), sixty);
  EXPECT_EQ(described("\"" + std::string(59, 'x') + "\""), "\"" + std::string(59, 'x') + "…");
  EXPECT_EQ(described("\"" + std::string(58, 'x') + "ü\""), "\"" + std::string(58, 'x') + "…");
}

}  // namespace
}  // namespace fullcone::config
