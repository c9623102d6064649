// The bounded reader at the edge of its view, and short octet strings up to their capacity.
#include "base/bytes.hpp"

#include <gtest/gtest.h>

#include "base/hex_testing.hpp"

namespace fullcone {
namespace {

TEST(ByteReader, ReadsBigEndianFieldsInOrder) {
  const Bytes input = hex("01 0203 04050607 0809 ff");
  ByteReader reader(input);
  EXPECT_EQ(reader.u8(), 0x01);
  EXPECT_EQ(reader.u16(), 0x0203);
  EXPECT_EQ(reader.u32(), 0x04050607u);
  EXPECT_EQ(to_bytes(reader.take(2).value()), hex("0809"));
  EXPECT_EQ(reader.consumed(), 9u);
  EXPECT_EQ(to_bytes(reader.rest()), hex("ff"));
}

TEST(ByteReader, AFailedReadLeavesThePositionAlone) {
  const Bytes input = hex("010203");
  ByteReader reader(input);
  EXPECT_EQ(reader.u32(), std::nullopt);
  EXPECT_FALSE(reader.take(4));
  EXPECT_EQ(reader.consumed(), 0u);
  EXPECT_EQ(reader.u16(), 0x0102);
  EXPECT_EQ(reader.u16(), std::nullopt);
  EXPECT_EQ(reader.remaining(), 1u);
  EXPECT_EQ(reader.u8(), 3);
  EXPECT_EQ(reader.u8(), std::nullopt);
}

TEST(ByteReader, TakesNothingAtTheEnd) {
  ByteReader reader(ByteView{});
  ASSERT_TRUE(reader.take(0));
  EXPECT_FALSE(reader.take(1));
  EXPECT_FALSE(reader.take(SIZE_MAX));
}

TEST(ByteReader, ReadsTheHighestValues) {
  const Bytes input(7, 0xff);
  ByteReader reader(input);
  EXPECT_EQ(reader.u8(), 0xff);
  EXPECT_EQ(reader.u16(), 0xffff);
  EXPECT_EQ(reader.u32(), 0xffffffffu);
}

TEST(ShortBytes, FillsToItsCapacity) {
  ShortBytes<9> head;
  EXPECT_TRUE(head.empty());
  head.u8(1).u16(0x0203).u32(0x04050607).append(hex("0809"));
  EXPECT_EQ(to_bytes(head.view()), hex("010203040506070809"));
  EXPECT_EQ(head.size(), 9u);
}

#ifndef NDEBUG
TEST(ShortBytesDeathTest, DoesNotGrowPastItsCapacity) {
  ShortBytes<1> head;
  head.u8(1);
  EXPECT_DEATH(head.u8(2), "Capacity");
  EXPECT_DEATH(head.append(hex("02")), "Capacity");
}
#endif

TEST(ShortBytes, CopiesAreIndependent) {
  ShortBytes<4> first;
  first.u16(0x0102);
  ShortBytes<4> second(first);
  second.u8(3);
  EXPECT_EQ(to_bytes(first.view()), hex("0102"));
  first = second;
  second.u8(4);
  EXPECT_EQ(to_bytes(first.view()), hex("010203"));
  const auto& itself = first;
  first = itself;
  EXPECT_EQ(to_bytes(first.view()), hex("010203"));
}

TEST(Bytes, TextAndOctetsShareTheirStorage) {
  const std::string_view text("a\0b", 3);
  EXPECT_EQ(to_bytes(text), hex("610062"));
  EXPECT_EQ(as_text(as_bytes(text)).data(), text.data());
  EXPECT_EQ(as_text(ByteView{}), "");
}

TEST(Bytes, AppendTakesAnEmptyView) {
  Bytes octets = hex("01");
  append(octets, ByteView{});
  append(octets, hex("02"));
  EXPECT_EQ(octets, hex("0102"));
}

}  // namespace
}  // namespace fullcone
