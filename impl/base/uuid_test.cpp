// UUIDs as people write them.
#include "base/uuid.hpp"

#include <gtest/gtest.h>

namespace fullcone {
namespace {

constexpr std::string_view kText = "00112233-4455-6677-8899-aabbccddeeff";

TEST(Uuid, ParsesWhatItWrites) {
  const auto uuid = Uuid::parse(kText);
  ASSERT_TRUE(uuid);
  EXPECT_EQ(uuid->to_string(), kText);
  EXPECT_EQ(uuid->octets[0], 0x00);
  EXPECT_EQ(uuid->octets[15], 0xff);
  EXPECT_EQ(Uuid{}.to_string(), "00000000-0000-0000-0000-000000000000");
}

TEST(Uuid, ParsesAnyCaseWithOrWithoutHyphens) {
  const auto uuid = Uuid::parse(kText);
  EXPECT_EQ(Uuid::parse("00112233-4455-6677-8899-AABBCCDDEEFF"), uuid);
  EXPECT_EQ(Uuid::parse("00112233445566778899aabbCCDDeeff"), uuid);
}

TEST(Uuid, RefusesAnythingElse) {
  for (const auto* text :
       {"", "0", "00112233-4455-6677-8899-aabbccddeef", "00112233-4455-6677-8899-aabbccddeefff",
        "0011223-34455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899-aabbccddeefg",
        "{0112233-4455-6677-8899-aabbccddeef}", "00112233 4455 6677 8899 aabbccddeeff",
        "-0112233445566778899aabbccddeef-", "00112233-44556677-8899-aabbccddeeff-"}) {
    EXPECT_EQ(Uuid::parse(text), std::nullopt) << text;
  }
}

TEST(Uuid, EveryOctetCounts) {
  const Uuid uuid = Uuid::parse(kText).value();
  for (std::size_t i = 0; i < uuid.octets.size(); ++i) {
    Uuid other = uuid;
    other.octets[i] ^= 0x80;
    EXPECT_NE(other, uuid) << i;
    EXPECT_NE(UuidHash{1}(other), UuidHash{1}(uuid)) << i;
  }
  EXPECT_NE(UuidHash{1}(uuid), UuidHash{2}(uuid));
}

}  // namespace
}  // namespace fullcone
