// The codec against RFC 5769's test vectors, and against itself.
#include "simulator/peers/stun_message.hpp"

#include <gtest/gtest.h>

#include "base/hex_testing.hpp"

namespace fullcone::sim::stun {
namespace {

// RFC 5769 section 2.1: PRIORITY, ICE-CONTROLLED, USERNAME and MESSAGE-INTEGRITY are ICE's and
// not known here.
const Bytes kRequest =
    hex("000100582112a442b7e7a701bc34d686fa87dfae"
        "802200105354554e207465737420636c69656e74"
        "002400046e0001ff80290008932ff9b151263b36"
        "000600096576746a3a68367659202020"
        "000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2"
        "80280004e57a3bcf");
// Sections 2.2 and 2.3.
const Bytes kIpv4Response =
    hex("0101003c2112a442b7e7a701bc34d686fa87dfae"
        "8022000b7465737420766563746f7220"
        "002000080001a147e112a643"
        "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7"
        "80280004c07d4c96");
const Bytes kIpv6Response =
    hex("010100482112a442b7e7a701bc34d686fa87dfae"
        "8022000b7465737420766563746f7220"
        "002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9"
        "00080014a382954e4be67bf11784c97c8292c275bfe3ed41"
        "80280004c8fb0b4c");

TEST(StunVectors, SampleRequest) {
  const auto message = parse(kRequest);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->type, Type::binding_request);
  EXPECT_EQ(to_bytes(message->transaction), hex("b7e7a701bc34d686fa87dfae"));
  EXPECT_EQ(message->software, "STUN test client");
  EXPECT_EQ(message->unknown, (std::vector<std::uint16_t>{0x0024, 0x0006, 0x0008}));
}

TEST(StunVectors, SampleResponses) {
  const auto ipv4 = parse(kIpv4Response);
  ASSERT_TRUE(ipv4);
  EXPECT_EQ(ipv4->type, Type::binding_success);
  EXPECT_EQ(ipv4->software, "test vector");
  EXPECT_EQ(ipv4->mapped, Endpoint::parse("192.0.2.1:32853"));
  const auto ipv6 = parse(kIpv6Response);
  ASSERT_TRUE(ipv6);
  EXPECT_EQ(ipv6->mapped, Endpoint::parse("[2001:db8:1234:5678:11:2233:4455:6677]:32853"));
}

TEST(StunVectors, AnyOtherOctetBreaksTheFingerprint) {
  for (std::size_t i = 0; i < kIpv4Response.size(); ++i) {
    Bytes changed = kIpv4Response;
    changed[i] ^= 0x10;
    EXPECT_FALSE(parse(changed) && i < kIpv4Response.size() - 8) << i;
    EXPECT_FALSE(parse(ByteView(kIpv4Response).first(i))) << i;
  }
}

TEST(StunMessage, ComesBackAsItWas) {
  Message message;
  message.type = Type::binding_error;
  message.transaction = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  message.mapped = Endpoint::parse("198.51.100.7:4242");
  message.response_origin = Endpoint::parse("[2001:db8::1]:3478");
  message.other_address = Endpoint::parse("203.0.113.9:3479");
  message.change_request = Change{.ip = false, .port = true};
  message.error_code = 420;
  message.unknown = {0x0024, 0x7fff, 0x0006};
  message.software = "odd";
  const auto parsed = parse(encode(message));
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->type, message.type);
  EXPECT_EQ(parsed->transaction, message.transaction);
  EXPECT_EQ(parsed->mapped, message.mapped);
  EXPECT_EQ(parsed->response_origin, message.response_origin);
  EXPECT_EQ(parsed->other_address, message.other_address);
  ASSERT_TRUE(parsed->change_request);
  EXPECT_FALSE(parsed->change_request->ip);
  EXPECT_TRUE(parsed->change_request->port);
  EXPECT_EQ(parsed->error_code, message.error_code);
  EXPECT_EQ(parsed->unknown, message.unknown);
  EXPECT_EQ(parsed->software, message.software);
}

}  // namespace
}  // namespace fullcone::sim::stun
