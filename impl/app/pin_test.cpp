// The text of a pin. That it is the digest of what it should be is certificate_test.cpp's question.
#include "app/pin.hpp"

#include <gtest/gtest.h>

namespace fullcone {
namespace {

// SHA-256 of nothing.
constexpr Pin kPin{0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4,
                   0xc8, 0x99, 0x6f, 0xb9, 0x24, 0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b,
                   0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55};
const std::string kHex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const std::string kBase64 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

TEST(Pin, IsHexOrBase64) {
  EXPECT_EQ(parse_pin(kHex), kPin);
  EXPECT_EQ(parse_pin("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"), kPin);
  EXPECT_EQ(parse_pin(kBase64), kPin);
  EXPECT_EQ(parse_pin("sha256//" + kBase64), kPin);
  EXPECT_EQ(parse_pin(kBase64.substr(0, 43)), kPin);
}

TEST(Pin, OfAnotherLengthIsNone) {
  EXPECT_EQ(parse_pin(""), std::nullopt);
  EXPECT_EQ(parse_pin(kHex.substr(2)), std::nullopt);
  EXPECT_EQ(parse_pin(kHex + "00"), std::nullopt);
  EXPECT_EQ(parse_pin(kBase64.substr(0, 40)), std::nullopt);
  EXPECT_EQ(parse_pin(kBase64 + "AAAA"), std::nullopt);
}

TEST(Pin, WithAStrangeCharacterIsNone) {
  EXPECT_EQ(parse_pin("g" + kHex.substr(1)), std::nullopt);
  EXPECT_EQ(parse_pin(kHex.substr(0, 62) + ":0"), std::nullopt);
  EXPECT_EQ(parse_pin("!" + kBase64.substr(1)), std::nullopt);
  EXPECT_EQ(parse_pin("sha1//" + kBase64), std::nullopt);
}

TEST(Pin, PrintsAsBase64) { EXPECT_EQ(print_pin(kPin), kBase64); }

}  // namespace
}  // namespace fullcone
