// Addresses in every form they are written in, and the one identity of IPv4 and IPv4-mapped IPv6
// (rule CONE-8).
#include "base/endpoint.hpp"

#include <gtest/gtest.h>

#include <set>

#include "base/hex_testing.hpp"

namespace fullcone {
namespace {

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

TEST(IpAddress, IsUnspecifiedIpv4AtFirst) {
  EXPECT_EQ(IpAddress().to_string(), "0.0.0.0");
  EXPECT_TRUE(IpAddress().is_unspecified());
  EXPECT_TRUE(ip("::").is_unspecified());
  EXPECT_FALSE(ip("::1").is_unspecified());
  EXPECT_FALSE(ip("0.0.0.1").is_unspecified());
}

TEST(IpAddress, MappedIpv6IsIpv4) {
  const auto v4 = IpAddress::v4(192, 0, 2, 1);
  const Bytes mapped = hex("00000000000000000000ffffc0000201");
  EXPECT_EQ(ip("::ffff:192.0.2.1"), v4);
  EXPECT_EQ(ip("::ffff:c000:201"), v4);
  EXPECT_EQ(IpAddress::from_octets(mapped), v4);
  EXPECT_EQ(IpAddress::v6(v4.mapped()), v4);
  EXPECT_EQ(v4.family(), Family::ipv4);
  EXPECT_EQ(to_bytes(v4.octets()), hex("c0000201"));
  EXPECT_EQ(to_bytes(v4.mapped()), mapped);
}

TEST(IpAddress, OtherEmbeddedIpv4IsIpv6) {
  for (const auto* text : {"::192.0.2.1", "64:ff9b::192.0.2.1", "::fffe:192.0.2.1"}) {
    EXPECT_EQ(ip(text).family(), Family::ipv6) << text;
    EXPECT_EQ(ip(text).octets().size(), 16u) << text;
  }
}

TEST(IpAddress, TakesFourOrSixteenOctets) {
  const Bytes octets(20, 1);
  for (std::size_t size = 0; size <= octets.size(); ++size) {
    const auto address = IpAddress::from_octets(ByteView(octets).first(size));
    EXPECT_EQ(address.has_value(), size == 4 || size == 16) << size;
  }
}

TEST(IpAddress, ParsesWhatItWrites) {
  for (const auto* text : {"0.0.0.0", "255.255.255.255", "192.0.2.1", "::", "::1", "2001:db8::1",
                           "fe80::1:2:3:4", "1:2:3:4:5:6:7:8"}) {
    EXPECT_EQ(ip(text).to_string(), text);
  }
  EXPECT_EQ(ip("2001:DB8:0:0::1").to_string(), "2001:db8::1");
}

TEST(IpAddress, RefusesWhatIsNotExactlyAnAddress) {
  for (const auto* text : {"", " ", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "1.2.3.4 ", " 1.2.3.4",
                           "0x7f.0.0.1", "[::1]", "::1%lo", "1::2::3",
                           ":::", "12345::", "1.2.3.4:5", "example.org", "::ffff:1.2.3"}) {
    EXPECT_EQ(IpAddress::parse(text), std::nullopt) << text;
  }
  EXPECT_EQ(IpAddress::parse(std::string_view("1.2.3.4\0", 8)), std::nullopt);
  EXPECT_EQ(IpAddress::parse(std::string_view("1.2.3.4\0x", 9)), std::nullopt);
}

TEST(IpAddress, IsOrderedAsItsOctets) {
  const auto with = [](std::size_t place, std::uint8_t octet) {
    std::array<std::uint8_t, 16> octets{};
    octets[place] = octet;
    return IpAddress::v6(octets);
  };
  for (std::size_t place = 0; place < 15; ++place) {
    EXPECT_LT(with(place, 1), with(place, 0x80)) << place;
    EXPECT_LT(with(place + 1, 0xff), with(place, 1)) << place;
  }
  EXPECT_EQ(with(3, 7) <=> with(3, 7), std::strong_ordering::equal);
}

TEST(Endpoint, ParsesWhatItWrites) {
  for (const auto* text : {"192.0.2.1:53", "0.0.0.0:0", "[2001:db8::1]:53", "[::]:65535"}) {
    const auto endpoint = Endpoint::parse(text);
    ASSERT_TRUE(endpoint) << text;
    EXPECT_EQ(endpoint->to_string(), text);
  }
  EXPECT_EQ(Endpoint::parse("[::ffff:192.0.2.1]:53"), Endpoint::parse("192.0.2.1:53"));
}

TEST(Endpoint, RefusesAnythingElse) {
  for (const auto* text :
       {"", ":", "192.0.2.1", "192.0.2.1:", "192.0.2.1:65536", "192.0.2.1:-1", "192.0.2.1:+1",
        "192.0.2.1: 1", "192.0.2.1:1x", "[192.0.2.1]:53", "::1:53", "[::1]", "[::1]53", "[::1:53",
        "::1]:53", "[]:53", "example.org:53", ":53"}) {
    EXPECT_EQ(Endpoint::parse(text), std::nullopt) << text;
  }
}

TEST(Endpoint, IsToldApartByAddressAndPort) {
  const Endpoint first{ip("192.0.2.1"), 53};
  const std::set<Endpoint> peers{
      first, {ip("192.0.2.1"), 54}, {ip("192.0.2.2"), 53}, {ip("::ffff:192.0.2.1"), 53}};
  EXPECT_EQ(peers.size(), 3u);
}

TEST(EndpointHash, FollowsEqualityAndTheSeed) {
  const Endpoint plain{ip("192.0.2.1"), 53};
  const Endpoint mapped{ip("::ffff:192.0.2.1"), 53};
  EXPECT_EQ(EndpointHash{7}(plain), EndpointHash{7}(mapped));
  EXPECT_NE(EndpointHash{7}(plain), EndpointHash{8}(plain));
  EXPECT_NE(EndpointHash{7}(plain), (EndpointHash{7}({ip("192.0.2.1"), 54})));
}

TEST(EndpointHash, SpreadsNeighbours) {
  std::set<std::size_t> low_bits;
  for (std::uint16_t port = 0; port < 1024; ++port) {
    low_bits.insert(EndpointHash{1}({ip("192.0.2.1"), port}) & 0xffff);
  }
  EXPECT_GT(low_bits.size(), 980u);  // 1,016 is what chance gives
}

}  // namespace
}  // namespace fullcone
