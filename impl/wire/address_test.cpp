// VLESS addresses (rule HDR-4) and destinations as table keys and in logs.
#include "wire/address.hpp"

#include <gtest/gtest.h>

#include "wire/split_testing.hpp"

namespace fullcone {
namespace {

Bytes encoded(const Destination& destination) {
  Bytes out;
  encode_vless_address(destination, out);
  return out;
}

const Destination kIpv4 = Endpoint::parse("192.0.2.1:53").value();
const Destination kIpv6 = Endpoint::parse("[2001:db8::1]:443").value();
const Destination kNamed = NamedEndpoint{"example.org", 80};

TEST(VlessAddress, EncodesEachType) {
  EXPECT_EQ(encoded(kIpv4), hex("0035 01 c0000201"));
  EXPECT_EQ(encoded(kIpv6), hex("01bb 03 20010db8000000000000000000000001"));
  EXPECT_EQ(encoded(kNamed), hex("0050 02 0b 6578616d706c652e6f7267"));
}

TEST(VlessAddress, ParsesWhatItEncodesSplitAnywhere) {
  for (const auto& destination : {kIpv4, kIpv6, kNamed}) {
    EXPECT_EQ(expect_splits_anywhere(parse_vless_address, encoded(destination)), destination);
  }
}

TEST(VlessAddress, ANameHasOneTo255Octets) {
  for (const auto size : {std::size_t{1}, std::size_t{255}}) {
    const Destination named = NamedEndpoint{std::string(size, 'x'), 65535};
    EXPECT_EQ(expect_splits_anywhere(parse_vless_address, encoded(named)), named);
  }
  EXPECT_EQ(encoded(NamedEndpoint{std::string(255, 'x'), 1}).size(), kMaxEncodedAddress);
  expect_malformed_from(parse_vless_address, hex("0035 02 00 78"), 4);
}

TEST(VlessAddress, ANameIsKeptAsWritten) {
  const Destination literal = NamedEndpoint{"192.0.2.1", 53};
  const Destination odd = NamedEndpoint{std::string("Ex\0mple\xff", 8), 53};
  EXPECT_EQ(expect_splits_anywhere(parse_vless_address, encoded(literal)), literal);
  EXPECT_EQ(expect_splits_anywhere(parse_vless_address, encoded(odd)), odd);
}

TEST(VlessAddress, MappedIpv6IsIpv4) {
  const auto mapped = hex("0035 03 00000000000000000000ffffc0000201");
  EXPECT_EQ(expect_splits_anywhere(parse_vless_address, mapped), kIpv4);
}

TEST(VlessAddress, AnyOtherTypeIsMalformedFromItsOctetOn) {
  for (int atyp = 0; atyp < 256; ++atyp) {
    if (atyp >= 1 && atyp <= 3) continue;
    const Bytes input{0x00, 0x35, static_cast<std::uint8_t>(atyp), 1, 2, 3, 4};
    expect_malformed_from(parse_vless_address, input, 3);
    EXPECT_EQ(parse_vless_address(input).malformed()->offset, 2u);
  }
}

#ifndef NDEBUG
TEST(VlessAddressDeathTest, ANameThatCannotBeEncodedIsABug) {
  EXPECT_DEATH(encoded(NamedEndpoint{"", 1}), "empty");
  EXPECT_DEATH(encoded(NamedEndpoint{std::string(256, 'x'), 1}), "255");
}
#endif

TEST(Destination, ReadsLikeAnAuthority) {
  EXPECT_EQ(to_string(kIpv4), "192.0.2.1:53");
  EXPECT_EQ(to_string(kIpv6), "[2001:db8::1]:443");
  EXPECT_EQ(to_string(kNamed), "example.org:80");
}

TEST(Destination, KeepsALogLineInOnePiece) {
  EXPECT_EQ(to_string(NamedEndpoint{std::string("a\n\0\\ \x7f\x80", 7), 1}),
            "a\\x0a\\x00\\x5c\\x20\\x7f\\x80:1");
}

TEST(DestinationHash, FollowsEqualityAndTheSeed) {
  const DestinationHash hash{1};
  EXPECT_EQ(hash(kNamed), hash(NamedEndpoint{"example.org", 80}));
  EXPECT_NE(hash(kNamed), hash(NamedEndpoint{"example.org", 81}));
  EXPECT_NE(hash(kNamed), hash(NamedEndpoint{"example.orh", 80}));
  EXPECT_NE(hash(kNamed), DestinationHash{2}(kNamed));
  EXPECT_EQ(hash(kIpv4), EndpointHash{1}(std::get<Endpoint>(kIpv4)));
}

TEST(DestinationHash, TrailingZeroOctetsCount) {
  const DestinationHash hash{1};
  EXPECT_NE(hash(NamedEndpoint{"a", 80}), hash(NamedEndpoint{std::string("a\0", 2), 80}));
}

}  // namespace
}  // namespace fullcone
