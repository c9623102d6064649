// Base64: RFC 4648's vectors, and what is not base64.
#include "wire/base64.hpp"

#include <gtest/gtest.h>

namespace fullcone {
namespace {

TEST(Base64, DecodesTheVectorsOfItsRfc) {
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9v"), "foo");
  EXPECT_EQ(decode_base64("Zm9vYg=="), "foob");
  EXPECT_EQ(decode_base64("Zm9vYmE="), "fooba");
  EXPECT_EQ(decode_base64("Zm9vYmFy"), "foobar");
}

TEST(Base64, PaddingMayBeLeftOut) {
  EXPECT_EQ(decode_base64("Zg"), "f");
  EXPECT_EQ(decode_base64("Zm8"), "fo");
}

TEST(Base64, UsesTheWholeAlphabet) {
  EXPECT_EQ(decode_base64("+/+/"), "\xfb\xff\xbf");
  EXPECT_EQ(decode_base64("AAAA"), std::string(3, '\0'));
}

TEST(Base64, RefusesAnythingElse) {
  for (const auto* text : {"Z", "A", "AAAAA", "Zm9vY", "Zg=", "Zg===", "Z===", "=", "====", "Zm9v=",
                           "Zm8==", "Zg==Zg==", "Zm 9v", "Zm9v\n", "-_-_", "Zh==", "Zm9="}) {
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace fullcone
