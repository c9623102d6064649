// SOCKS5 as the proxy's local side reads and answers it (RFC 1928, RFC 1929; rules SOCKS-2 to
// SOCKS-4).
#include "wire/socks5.hpp"

#include <gtest/gtest.h>

#include "wire/split_testing.hpp"

namespace fullcone::socks5 {
namespace {

const Endpoint kIpv4 = Endpoint::parse("192.0.2.1:53").value();
const Endpoint kIpv6 = Endpoint::parse("[2001:db8::1]:443").value();
const NamedEndpoint kNamed{"example.org", 80};

TEST(Socks5Greeting, TellsWhichMethodsAreOffered) {
  const auto greeting = [](std::string_view octets) {
    return expect_splits_anywhere(parse_greeting, hex(octets));
  };
  EXPECT_TRUE(greeting("050100").offers_none);
  EXPECT_FALSE(greeting("050100").offers_user_password);
  EXPECT_TRUE(greeting("05020102").offers_user_password);
  EXPECT_FALSE(greeting("05020102").offers_none);
  EXPECT_TRUE(greeting("0503000102").offers_none && greeting("0503000102").offers_user_password);
}

TEST(Socks5Greeting, MayOfferFromNoneTo255Methods) {
  const auto nothing = expect_splits_anywhere(parse_greeting, hex("0500"));
  EXPECT_FALSE(nothing.offers_none || nothing.offers_user_password);
  Bytes all{5, 255};
  for (int method = 0; method < 255; ++method) all.push_back(static_cast<std::uint8_t>(method));
  const auto greeting = expect_splits_anywhere(parse_greeting, all);
  EXPECT_TRUE(greeting.offers_none && greeting.offers_user_password);
}

TEST(Socks5Greeting, AnyOtherVersionIsMalformedFromTheFirstOctet) {
  expect_malformed_from(parse_greeting, hex("040100"), 1);
  expect_malformed_from(parse_greeting, hex("434f4e"), 1);
}

TEST(Socks5Method, IsTwoOctets) {
  EXPECT_EQ(to_bytes(encode_method(Method::none).view()), hex("0500"));
  EXPECT_EQ(to_bytes(encode_method(Method::user_password).view()), hex("0502"));
  EXPECT_EQ(to_bytes(encode_method(Method::unacceptable).view()), hex("05ff"));
}

TEST(Socks5Credentials, HaveUpTo255OctetsEach) {
  EXPECT_EQ(expect_splits_anywhere(parse_credentials, hex("01 01 75 02 7077")),
            (Credentials{"u", "pw"}));
  EXPECT_EQ(expect_splits_anywhere(parse_credentials, hex("01 00 00")), Credentials{});
  const Credentials longest{std::string(255, 'u'), std::string(255, 'p')};
  Bytes octets;
  encode_credentials(longest, octets);
  EXPECT_EQ(octets.size(), 513u);
  EXPECT_EQ(expect_splits_anywhere(parse_credentials, octets), longest);
}

TEST(Socks5Credentials, HaveAVersionOfTheirOwn) {
  expect_malformed_from(parse_credentials, hex("05 01 75 01 70"), 1);
}

TEST(Socks5Credentials, TheVerdictIsZeroOrNot) {
  EXPECT_EQ(to_bytes(encode_credentials_verdict(true).view()), hex("0100"));
  EXPECT_EQ(to_bytes(encode_credentials_verdict(false).view()), hex("0101"));
}

TEST(Socks5Request, NamesADestinationOfEachType) {
  const auto request = [](std::string_view octets) {
    return expect_splits_anywhere(parse_request, hex(octets));
  };
  EXPECT_EQ(request("05 01 00 01 c0000201 0035").destination, Destination(kIpv4));
  EXPECT_EQ(request("05 03 00 04 20010db8000000000000000000000001 01bb").destination,
            Destination(kIpv6));
  EXPECT_EQ(request("05 01 00 03 0b 6578616d706c652e6f7267 0050").destination, Destination(kNamed));
  EXPECT_EQ(request("05 03 00 01 c0000201 0035").command, 3);
}

TEST(Socks5Request, ANameHasOneTo255Octets) {
  for (const auto size : {std::size_t{1}, std::size_t{255}}) {
    const Destination named = NamedEndpoint{std::string(size, 'x'), 80};
    Bytes octets;
    encode_request(Command::connect, named, octets);
    EXPECT_EQ(expect_splits_anywhere(parse_request, octets).destination, named);
  }
  expect_malformed_from(parse_request, hex("05 01 00 03 00 0050"), 5);
}

TEST(Socks5Request, AnyCommandIsHandedOn) {
  for (int command = 0; command < 256; ++command) {
    Bytes octets = hex("05 00 00 01 c0000201 0035");
    octets[1] = static_cast<std::uint8_t>(command);
    EXPECT_EQ(expect_splits_anywhere(parse_request, octets).command, command);
  }
}

TEST(Socks5Request, AnUnknownAddressTypeEndsItWithoutADestination) {
  for (const auto* octets : {"05 01 00 00", "05 01 00 02", "05 01 00 05", "05 01 00 ff"}) {
    EXPECT_EQ(expect_splits_anywhere(parse_request, hex(octets)).destination, std::nullopt);
  }
}

TEST(Socks5Request, TheReservedOctetIsNotJudged) {
  EXPECT_EQ(expect_splits_anywhere(parse_request, hex("05 01 7f 01 c0000201 0035")).destination,
            Destination(kIpv4));
}

TEST(Socks5Request, AnyOtherVersionIsMalformedFromTheFirstOctet) {
  expect_malformed_from(parse_request, hex("04 01 00 01 c0000201 0035"), 1);
}

TEST(Socks5Reply, NamesTheBoundAddress) {
  EXPECT_EQ(to_bytes(encode_reply(Reply::succeeded, kIpv4).view()),
            hex("05 00 00 01 c0000201 0035"));
  EXPECT_EQ(to_bytes(encode_reply(Reply::address_type_not_supported, kIpv6).view()),
            hex("05 08 00 04 20010db8000000000000000000000001 01bb"));
  EXPECT_EQ(encode_reply(Reply::succeeded, kIpv6).size(), 22u);
}

// The datagram's parsed form; its payload views `octets`.
UdpDatagram datagram(const Bytes& octets) {
  auto result = parse_udp_datagram(octets);
  EXPECT_TRUE(std::holds_alternative<UdpDatagram>(result));
  return std::get<UdpDatagram>(std::move(result));
}

TEST(Socks5Udp, ParsesWhatItEncodes) {
  const std::vector<Destination> peers{kIpv4, kIpv6, kNamed,
                                       NamedEndpoint{std::string(255, 'x'), 65535}};
  for (const auto& peer : peers) {
    for (const auto& payload : {Bytes{}, hex("00"), Bytes(kMaxUdpPayload, 7)}) {
      Bytes octets = to_bytes(encode_udp_head(peer).view());
      append(octets, payload);
      const auto parsed = datagram(octets);
      EXPECT_EQ(parsed.destination, peer);
      EXPECT_EQ(parsed.fragment, 0);
      EXPECT_EQ(to_bytes(parsed.payload), payload);
      EXPECT_EQ(parsed.payload.data() + payload.size(), octets.data() + octets.size());
    }
  }
}

TEST(Socks5Udp, HeadsAreAsSpecified) {
  EXPECT_EQ(to_bytes(encode_udp_head(kIpv4).view()), hex("0000 00 01 c0000201 0035"));
  EXPECT_EQ(to_bytes(encode_udp_head(kNamed).view()),
            hex("0000 00 03 0b 6578616d706c652e6f7267 0050"));
  EXPECT_EQ(encode_udp_head(NamedEndpoint{std::string(255, 'x'), 1}).size(), 262u);
}

TEST(Socks5Udp, AFragmentIsHandedOnToBeDropped) {
  const Bytes octets = hex("0000 81 01 c0000201 0035 61");
  EXPECT_EQ(datagram(octets).fragment, 0x81);
}

TEST(Socks5Udp, EveryPrefixOfAHeadIsMalformed) {
  for (const auto& head : {hex("0000 00 01 c0000201 0035"), hex("0000 00 03 01 78 0050"),
                           hex("0000 00 04 20010db8000000000000000000000001 01bb")}) {
    for (std::size_t size = 0; size < head.size(); ++size) {
      const Bytes cut(head.begin(), head.begin() + static_cast<std::ptrdiff_t>(size));
      EXPECT_TRUE(std::holds_alternative<Malformed>(parse_udp_datagram(cut))) << size;
    }
    EXPECT_TRUE(datagram(head).payload.empty());
  }
}

TEST(Socks5Udp, ABadAddressIsMalformed) {
  for (const auto* octets : {"0000 00 02 c0000201 0035", "0000 00 03 00 0050 00"}) {
    EXPECT_TRUE(std::holds_alternative<Malformed>(parse_udp_datagram(hex(octets))));
  }
}

}  // namespace
}  // namespace fullcone::socks5
