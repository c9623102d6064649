// UMFURS messages (rules CRUM-2, CRUM-3, CRUM-9).
#include "wire/umfurs.hpp"

#include <gtest/gtest.h>

#include "base/hex_testing.hpp"

namespace fullcone {
namespace {

const Endpoint kIpv4 = Endpoint::parse("192.0.2.1:53").value();
const Endpoint kIpv6 = Endpoint::parse("[2001:db8::1]:443").value();

std::optional<Malformed> fault_of(const Bytes& body) {
  const auto result = parse_umfurs_body(body);
  if (const auto* fault = std::get_if<Malformed>(&result)) return *fault;
  return std::nullopt;
}

Bytes message(const Endpoint& source, const Bytes& payload) {
  Bytes octets = to_bytes(umfurs_head(source, payload.size()).view());
  append(octets, payload);
  return octets;
}

TEST(Umfurs, EncodesBothFamilies) {
  EXPECT_EQ(message(kIpv4, hex("6869")), hex("0009 01 c0000201 0035 6869"));
  EXPECT_EQ(message(kIpv6, hex("68")), hex("0014 03 20010db8000000000000000000000001 01bb 68"));
}

TEST(Umfurs, ParsesWhatItEncodes) {
  for (const auto& source : {kIpv4, kIpv6}) {
    for (const std::size_t size : {std::size_t{1}, max_umfurs_payload(source.family())}) {
      const Bytes payload(size, 0x5a);
      const Bytes whole = message(source, payload);
      const Bytes body(whole.begin() + 2, whole.end());
      EXPECT_EQ(ByteReader(whole).u16(), body.size());
      const auto result = parse_umfurs_body(body);
      const auto* parsed = std::get_if<Umfurs>(&result);
      ASSERT_NE(parsed, nullptr);
      EXPECT_EQ(parsed->source, source);
      EXPECT_EQ(to_bytes(parsed->payload), payload);
      EXPECT_EQ(parsed->payload.data() + size, body.data() + body.size());
    }
  }
}

TEST(Umfurs, TheLargestMessageFillsItsLength) {
  for (const auto& source : {kIpv4, kIpv6}) {
    const auto head = umfurs_head(source, max_umfurs_payload(source.family()));
    EXPECT_EQ(ByteReader(head.view()).u16(), 0xffff);
  }
}

#ifndef NDEBUG
TEST(UmfursDeathTest, APayloadThatCannotBeEncodedIsABug) {
  EXPECT_DEATH(umfurs_head(kIpv4, 0), "payload_size");
  EXPECT_DEATH(umfurs_head(kIpv4, 65529), "payload_size");
  EXPECT_DEATH(umfurs_head(kIpv6, 65517), "payload_size");
}
#endif

TEST(Umfurs, EveryStrictPrefixOfTheShortestIsMalformed) {
  for (const auto& shortest :
       {hex("01 c0000201 0035 61"), hex("03 20010db8000000000000000000000001 01bb 61")}) {
    EXPECT_FALSE(fault_of(shortest));
    for (std::size_t size = 0; size < shortest.size(); ++size) {
      const auto end = shortest.begin() + static_cast<std::ptrdiff_t>(size);
      EXPECT_TRUE(fault_of(Bytes(shortest.begin(), end))) << size;
    }
  }
}

TEST(Umfurs, AnyOtherAddressTypeIsMalformedADomainIncluded) {
  for (int atyp = 0; atyp < 256; ++atyp) {
    if (atyp == 1 || atyp == 3) continue;
    Bytes body(32, 1);
    body[0] = static_cast<std::uint8_t>(atyp);
    EXPECT_EQ(fault_of(body), (Malformed{"unknown address type", 0})) << atyp;
  }
}

TEST(Umfurs, AMappedSourceIsIpv4) {
  const Bytes body = hex("03 00000000000000000000ffffc0000201 0035 61");
  const auto result = parse_umfurs_body(body);
  EXPECT_EQ(std::get<Umfurs>(result).source, kIpv4);
}

}  // namespace
}  // namespace fullcone
