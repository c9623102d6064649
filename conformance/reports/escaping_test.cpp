#include "conformance/reports/escaping.hpp"

#include <gtest/gtest.h>

#include "conformance/reports/report_testing.hpp"

namespace fullcone::conformance {
namespace {

const std::string kReplacement = "\xef\xbf\xbd";

TEST(Visible, KeepsWhatCanBeSeen) { EXPECT_EQ(visible("wörter … 😀\n\tx"), "wörter … 😀\n\tx"); }

TEST(Visible, ReplacesControlCharacters) {
  EXPECT_EQ(visible(std::string_view("a\0b", 3)), "a" + kReplacement + "b");
  EXPECT_EQ(visible("\x1b[31m\r\x7f"), kReplacement + "[31m" + kReplacement + kReplacement);
  EXPECT_EQ(visible("\xc2\x9b"), kReplacement);  // U+009B, a terminal's other ESC [
}

TEST(Visible, ReplacesWhatTurnsTheDirectionOfWriting) {
  EXPECT_EQ(visible("a\xe2\x80\xae"
                    "b"),
            "a" + kReplacement + "b");  // U+202E
  EXPECT_EQ(visible("a\xe2\x81\xa6"
                    "b"),
            "a" + kReplacement + "b");  // U+2066
}

TEST(Visible, ReplacesWhatIsNoUtf8) {
  EXPECT_EQ(visible("\xff\xc3"), kReplacement + kReplacement);
  EXPECT_EQ(count(visible("\xc0\xaf"), kReplacement), 2u);          // overlong
  EXPECT_EQ(count(visible("\xed\xa0\x80"), kReplacement), 3u);      // a surrogate
  EXPECT_EQ(count(visible("\xf4\x90\x80\x80"), kReplacement), 4u);  // beyond U+10FFFF
  EXPECT_EQ(visible("\xef\xbf\xbf"), kReplacement);                 // U+FFFF, not XML's
}

TEST(XmlEscaped, EscapesWhatItMust) {
  EXPECT_EQ(xml_escaped("a < b & \"c\" > 'd'"), "a &lt; b &amp; &quot;c&quot; &gt; &apos;d&apos;");
  EXPECT_EQ(xml_escaped("two\nlines"), "two&#10;lines");
  EXPECT_EQ(xml_escaped("\x01"), kReplacement);
}

TEST(JsonQuoted, IsOneLine) {
  EXPECT_EQ(json_quoted("a \"b\" \\ c\nd\te"), R"("a \"b\" \\ c\nd\te")");
  EXPECT_EQ(json_quoted("\x01"), '"' + kReplacement + '"');
  EXPECT_EQ(json_quoted("</script>"), "\"</script>\"");
}

TEST(MarkdownEscaped, LeavesNoMarkup) {
  EXPECT_EQ(markdown_escaped("a|b\n*c*"), "a&#124;b &#42;c&#42;");
  for (const char c : markdown_escaped(kHostile)) {
    EXPECT_TRUE(std::string_view("<>|*_[]`@\n\\/.:").find(c) == std::string_view::npos) << c;
  }
}

TEST(TapEscaped, LeavesNoDirective) {
  EXPECT_EQ(tap_escaped("a # TODO \\ b\nok 2"), "a \\# TODO \\\\ b ok 2");
}

}  // namespace
}  // namespace fullcone::conformance
