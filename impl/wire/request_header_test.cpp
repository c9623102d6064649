// The request header in both versions, its addons and its faults (rules HDR-1 to HDR-5), and the
// v0 response (RSP-0).
#include "wire/request_header.hpp"

#include <gtest/gtest.h>

#include "wire/split_testing.hpp"

namespace fullcone {
namespace {

constexpr std::string_view kUserHex = "00112233445566778899aabbccddeeff";
constexpr std::string_view kSessionHex = "000102030405060708090a0b0c0d0e0f";
constexpr std::string_view kIpv4Tail = "0035 01 c0000201";
const Uuid kUser = Uuid::parse(kUserHex).value();
const Uuid kSession = Uuid::parse(kSessionHex).value();
const Destination kPeer = Endpoint::parse("192.0.2.1:53").value();

// version, user, addons with their length, and what follows them.
Bytes request(std::uint8_t version, std::string_view addons, std::string_view tail) {
  const Bytes addon_octets = hex(addons);
  Bytes octets{version};
  append(octets, kUser.octets);
  octets.push_back(static_cast<std::uint8_t>(addon_octets.size()));
  append(octets, addon_octets);
  append(octets, hex(tail));
  return octets;
}

Bytes request_to_peer(std::uint8_t version, std::string_view addons, std::string_view command) {
  return request(version, addons, std::string(command) + std::string(kIpv4Tail));
}

RequestHeader header_of(std::uint8_t version, Command command) {
  RequestHeader header;
  header.version = version;
  header.user = kUser;
  header.command = command;
  if (command == Command::tcp || command == Command::udp) header.destination = kPeer;
  return header;
}

RequestHeader parsed(ByteView octets) {
  return expect_splits_anywhere(parse_request_header, octets);
}

Bytes encoded(const RequestHeader& header) {
  Bytes out;
  encode_request_header(header, out);
  return out;
}

TEST(RequestHeader, V0TcpAndUdp) {
  EXPECT_EQ(parsed(request_to_peer(0, "", "01")), header_of(0, Command::tcp));
  EXPECT_EQ(parsed(request_to_peer(0, "", "02")), header_of(0, Command::udp));
}

TEST(RequestHeader, V0AddonsAreSkippedWhateverTheyHold) {
  const std::string session = "01 10" + std::string(kSessionHex);
  for (const auto& addons :
       {std::string("01"), std::string("01ff"), std::string("020107"), session}) {
    EXPECT_EQ(parsed(request_to_peer(0, addons, "01")), header_of(0, Command::tcp)) << addons;
  }
}

TEST(RequestHeader, V1EveryCommand) {
  EXPECT_EQ(parsed(request_to_peer(1, "", "01")), header_of(1, Command::tcp));
  EXPECT_EQ(parsed(request_to_peer(1, "", "02")), header_of(1, Command::udp));
  EXPECT_EQ(parsed(request(1, "", "03")), header_of(1, Command::mux));
  EXPECT_EQ(parsed(request(1, "", "04")), header_of(1, Command::crumfurs));
}

TEST(RequestHeader, V1Addons) {
  const std::string session = "0110" + std::string(kSessionHex);
  const auto header = parsed(request(1, session + "020101", "04"));
  EXPECT_EQ(header.session, kSession);
  EXPECT_EQ(header.mapping, MappingPolicy::endpoint_independent);
  EXPECT_EQ(parsed(request_to_peer(1, session, "02")).session, kSession);
  EXPECT_EQ(parsed(request(1, "020100", "04")).mapping, MappingPolicy::by_destination);
}

TEST(RequestHeader, UnknownAddonsAreSkipped) {
  const std::string session = "0110" + std::string(kSessionHex);
  const auto header = parsed(request(1, "0000 ff03010203" + session + "0300", "04"));
  EXPECT_EQ(header.session, kSession);
}

TEST(RequestHeader, OfADuplicateAddonTheLastCounts) {
  const std::string first = "0110" + std::string(32, 'f');
  const std::string second = "0110" + std::string(kSessionHex);
  EXPECT_EQ(parsed(request(1, first + second, "04")).session, kSession);
  EXPECT_EQ(parsed(request(1, "020109 020101", "04")).mapping, MappingPolicy::endpoint_independent);
  EXPECT_EQ(parsed(request(1, "020101 020100", "04")).mapping, MappingPolicy::by_destination);
}

TEST(RequestHeader, MappingIsReadOnCrumfursOnly) {
  EXPECT_EQ(parsed(request_to_peer(1, "020101", "02")).mapping, MappingPolicy::by_destination);
  EXPECT_EQ(parsed(request_to_peer(1, "020102", "01")).mapping, MappingPolicy::by_destination);
  EXPECT_EQ(parsed(request(1, "0201ff", "03")).mapping, MappingPolicy::by_destination);
  expect_malformed_from(parse_request_header, request(1, "020102", "04 00"), 22);
  EXPECT_EQ(parse_request_header(request(1, "020102", "04")).malformed()->offset, 20u);
}

TEST(RequestHeader, AddonsMayFillTheirLength) {
  // 255 octets: one unknown TLV of 253, and one of 234 before a SESSION.
  EXPECT_EQ(parsed(request(1, "fffd" + std::string(506, '0'), "04")).command, Command::crumfurs);
  const std::string session = "0110" + std::string(kSessionHex);
  const auto header = parsed(request(1, "ffeb" + std::string(470, '0') + session, "04"));
  EXPECT_EQ(header.session, kSession);
}

TEST(RequestHeader, AnyOtherVersionIsMalformedFromTheFirstOctet) {
  for (int version = 2; version < 256; ++version) {
    const Bytes input = request_to_peer(static_cast<std::uint8_t>(version), "", "01");
    expect_malformed_from(parse_request_header, input, 1);
  }
}

TEST(RequestHeader, ABadAddonIsMalformedFromTheOctetThatShowsIt) {
  struct Case {
    std::string addons;
    std::size_t shown_by;  // octets of the addons
  };
  const std::vector<Case> cases{
      {"ff", 1},                           // a lone type
      {"0000 ff", 3},                      // the same behind another TLV
      {"ff01", 2},                         // overruns by its whole value
      {"0000 ff02 ff", 4},                 // overruns by one octet
      {"0110" + std::string(30, '0'), 2},  // SESSION that overruns by one octet
      {"010f" + std::string(30, '0'), 2},  // SESSION of 15
      {"0111" + std::string(34, '0'), 2},  // SESSION of 17
      {"0100", 2},
      {"0200", 2},
      {"0202 0000", 2},
      {"020101 0202 0000", 5},
  };
  for (const auto& [addons, shown_by] : cases) {
    expect_malformed_from(parse_request_header, request(1, addons, "04"), 18 + shown_by);
  }
}

TEST(RequestHeader, AFaultNamesItsPlace) {
  EXPECT_EQ(parse_request_header(hex("02")).malformed()->offset, 0u);
  EXPECT_EQ(parse_request_header(request(1, "0000ff02ff", "")).malformed()->offset, 21u);
  EXPECT_EQ(parse_request_header(request(1, "0000ff", "")).malformed()->offset, 20u);
  EXPECT_EQ(parse_request_header(request(1, "0000", "09")).malformed()->offset, 20u);
  EXPECT_EQ(parse_request_header(request(1, "", "01 0035 07")).malformed()->offset, 21u);
  EXPECT_EQ(parse_request_header(request(1, "", "01 0035 02 00")).malformed()->offset, 22u);
}

TEST(RequestHeader, AnyOtherCommandIsMalformedFromItsOctet) {
  for (int octet = 0; octet < 256; ++octet) {
    for (const auto version : {std::uint8_t{0}, std::uint8_t{1}}) {
      if (octet >= 1 && octet <= (version == 0 ? 2 : 4)) continue;
      Bytes input = request(version, "", kIpv4Tail);
      input.insert(input.begin() + 18, static_cast<std::uint8_t>(octet));
      expect_malformed_from(parse_request_header, input, 19);
    }
  }
}

TEST(RequestHeader, ABadAddressIsMalformed) {
  expect_malformed_from(parse_request_header, request(1, "", "02 0035 04 c0000201"), 22);
  expect_malformed_from(parse_request_header, request(0, "", "01 0035 02 00 78"), 23);
}

TEST(RequestHeader, ThePayloadBehindIsNotConsumed) {
  Bytes input = request_to_peer(1, "", "01");
  const std::size_t size = input.size();
  append(input, request_to_peer(1, "", "01"));
  const auto result = parse_request_header(input);
  ASSERT_TRUE(result.parsed());
  EXPECT_EQ(result.consumed(), size);
}

TEST(RequestHeader, EncodesAsSpecified) {
  auto udp = header_of(1, Command::udp);
  udp.session = kSession;
  EXPECT_EQ(encoded(udp), request_to_peer(1, "0110" + std::string(kSessionHex), "02"));
  auto crumfurs = header_of(1, Command::crumfurs);
  EXPECT_EQ(encoded(crumfurs), request(1, "", "04"));
  crumfurs.mapping = MappingPolicy::endpoint_independent;
  EXPECT_EQ(encoded(crumfurs), request(1, "020101", "04"));
  crumfurs.session = kSession;
  EXPECT_EQ(encoded(crumfurs), request(1, "0110" + std::string(kSessionHex) + "020101", "04"));
}

TEST(RequestHeader, ParsesWhatItEncodes) {
  for (const auto& destination : {kPeer, Destination{Endpoint::parse("[2001:db8::1]:443").value()},
                                  Destination{NamedEndpoint{std::string(255, 'x'), 65535}}}) {
    for (const auto command : {Command::tcp, Command::udp}) {
      auto header = header_of(0, command);
      header.destination = destination;
      EXPECT_EQ(parsed(encoded(header)), header);
      header.version = 1;
      header.session = kSession;
      EXPECT_EQ(parsed(encoded(header)), header);
    }
  }
}

TEST(RequestHeader, TheLongestHasItsDocumentedSize) {
  const Bytes longest =
      request(1, "fffd" + std::string(506, '0'), "02 ffff 02 ff" + std::string(510, '7'));
  EXPECT_EQ(longest.size(), kMaxRequestHeader);
  EXPECT_EQ(parsed(longest).destination, Destination(NamedEndpoint{std::string(255, 'w'), 65535}));
}

TEST(V0Response, SkipsItsAddons) {
  EXPECT_EQ(expect_splits_anywhere(parse_v0_response, hex("0000")), 0);
  EXPECT_EQ(expect_splits_anywhere(parse_v0_response, hex("0002abcd")), 2);
  EXPECT_EQ(expect_splits_anywhere(parse_v0_response, hex("00ff" + std::string(510, '0'))), 255);
  expect_malformed_from(parse_v0_response, hex("0100"), 1);
}

}  // namespace
}  // namespace fullcone
