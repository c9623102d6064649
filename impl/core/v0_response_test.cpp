// Taking v0's response off (RSP-0), however it is cut.
#include "core/v0_response.hpp"

#include <gtest/gtest.h>

#include "base/hex_testing.hpp"

namespace fullcone {
namespace {

// What is left of `stream` when it comes in two pieces.
Bytes stripped(const Bytes& stream, std::size_t cut) {
  V0ResponseStripper stripper(true);
  const auto first = stripper.strip(ByteView(stream).first(cut));
  Bytes payload = to_bytes(first.value());
  append(payload, stripper.strip(ByteView(stream).subspan(cut)).value());
  return payload;
}

TEST(V0Response, IsTakenOffWithItsAddons) {
  for (const auto* response : {"0000", "0003 aabbcc"}) {
    const Bytes head = hex(response);
    Bytes stream = head;
    append(stream, as_bytes("payload"));
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
      EXPECT_EQ(as_text(stripped(stream, cut)), "payload") << cut;
    }
  }
}

TEST(V0Response, IsTakenOffOnce) {
  V0ResponseStripper stripper(true);
  EXPECT_EQ(to_bytes(stripper.strip(hex("0000")).value()), Bytes{});
  EXPECT_EQ(to_bytes(stripper.strip(hex("0000")).value()), hex("0000"));
}

TEST(V0Response, IsNotExpectedInV1) {
  V0ResponseStripper stripper(false);
  EXPECT_EQ(to_bytes(stripper.strip(hex("0000 41")).value()), hex("0000 41"));
}

TEST(V0Response, OfAnotherVersionIsNone) {
  V0ResponseStripper stripper(true);
  EXPECT_EQ(stripper.strip(hex("48")), std::nullopt);
}

}  // namespace
}  // namespace fullcone
