// The golden vectors of SOCKS5, from both sides (RFC 1928, RFC 1929).
#include <gtest/gtest.h>

#include "wire/golden_vectors_testing.hpp"
#include "wire/socks5.hpp"
#include "wire/split_testing.hpp"

namespace fullcone {
namespace {

const Destination kWebIpv6 = Endpoint::parse("[2001:db8::1]:443").value();
const Destination kWebNamed = NamedEndpoint{"example.com", 443};
const Destination kStunNamed = NamedEndpoint{"stun.example", 3478};
const Endpoint kPeer = Endpoint::parse("198.51.100.7:50000").value();
const Endpoint kPeerIpv6 = Endpoint::parse("[2001:db8::7]:50000").value();
const Endpoint kNowhere;

GoldenCheck socks_method(socks5::Method method) {
  return [=](const Bytes& vector) {
    EXPECT_EQ(expect_splits_anywhere(socks5::parse_method, vector), method);
    EXPECT_EQ(to_bytes(socks5::encode_method(method).view()), vector);
  };
}

GoldenCheck socks_request(socks5::Command command, const Destination& destination) {
  return [=](const Bytes& vector) {
    const auto request = expect_splits_anywhere(socks5::parse_request, vector);
    EXPECT_EQ(request.command, static_cast<std::uint8_t>(command));
    EXPECT_EQ(request.destination, destination);
    Bytes encoded;
    socks5::encode_request(command, destination, encoded);
    EXPECT_EQ(encoded, vector);
  };
}

GoldenCheck socks_reply(socks5::Reply reply, const Endpoint& bound) {
  return [=](const Bytes& vector) {
    const auto fields = expect_splits_anywhere(socks5::parse_reply, vector);
    EXPECT_EQ(fields.reply, reply);
    EXPECT_EQ(fields.bound, bound);
    EXPECT_EQ(to_bytes(socks5::encode_reply(reply, bound).view()), vector);
  };
}

GoldenCheck socks_udp(const Destination& peer) {
  return [=](const Bytes& vector) {
    const auto parsed = socks5::parse_udp_datagram(vector);
    ASSERT_TRUE(std::holds_alternative<socks5::UdpDatagram>(parsed));
    const auto& datagram = std::get<socks5::UdpDatagram>(parsed);
    EXPECT_EQ(datagram.fragment, 0);
    EXPECT_EQ(datagram.destination, peer);
    EXPECT_EQ(as_text(datagram.payload), "hello");
    Bytes encoded = to_bytes(socks5::encode_udp_head(peer).view());
    append(encoded, as_bytes("hello"));
    EXPECT_EQ(encoded, vector);
  };
}

void socks_greeting(const Bytes& vector) {
  const auto greeting = expect_splits_anywhere(socks5::parse_greeting, vector);
  EXPECT_TRUE(greeting.offers_none && greeting.offers_user_password);
}

void socks_user_password(const Bytes& vector) {
  const socks5::Credentials expected{"user", "secret"};
  EXPECT_EQ(expect_splits_anywhere(socks5::parse_credentials, vector), expected);
  Bytes encoded;
  socks5::encode_credentials(expected, encoded);
  EXPECT_EQ(encoded, vector);
}

void socks_granted(const Bytes& vector) {
  EXPECT_TRUE(expect_splits_anywhere(socks5::parse_credentials_verdict, vector));
  EXPECT_EQ(to_bytes(socks5::encode_credentials_verdict(true).view()), vector);
}

GoldenChecks socks_messages() {
  const auto loopback = Endpoint::parse("127.0.0.1:49153").value();
  using socks5::Command, socks5::Method, socks5::Reply;
  return {
      {"socks-greeting", socks_greeting},
      {"socks-method-none", socks_method(Method::none)},
      {"socks-method-user-password", socks_method(Method::user_password)},
      {"socks-method-refused", socks_method(Method::unacceptable)},
      {"socks-user-password", socks_user_password},
      {"socks-user-password-granted", socks_granted},
      {"socks-request-connect-domain", socks_request(Command::connect, kWebNamed)},
      {"socks-request-connect-ipv6", socks_request(Command::connect, kWebIpv6)},
      {"socks-request-udp-associate", socks_request(Command::udp_associate, kNowhere)},
      {"socks-reply-connect", socks_reply(Reply::succeeded, kNowhere)},
      {"socks-reply-udp-associate", socks_reply(Reply::succeeded, loopback)},
      {"socks-reply-command-not-supported", socks_reply(Reply::command_not_supported, kNowhere)},
      {"socks-udp-ipv4", socks_udp(kPeer)},
      {"socks-udp-domain", socks_udp(kStunNamed)},
      {"socks-udp-ipv6", socks_udp(kPeerIpv6)},
  };
}

// A request of an unknown address type is readable, so that it can be answered by reply 8, and a
// fragment is, so that it can be counted; both are told by their fields.
GoldenChecks bad_socks_messages() {
  return {
      {"bad-socks-greeting-version-4",
       [](const Bytes& vector) { expect_malformed_from(socks5::parse_greeting, vector, 1); }},
      {"bad-socks-request-atyp-2",
       [](const Bytes& vector) {
         const auto request =
             expect_splits_anywhere(socks5::parse_request, ByteView(vector).first(4));
         EXPECT_EQ(request.destination, std::nullopt);
       }},
      {"bad-socks-udp-fragment",
       [](const Bytes& vector) {
         EXPECT_EQ(std::get<socks5::UdpDatagram>(socks5::parse_udp_datagram(vector)).fragment, 1);
       }},
      {"bad-socks-udp-short",
       [](const Bytes& vector) {
         EXPECT_TRUE(std::holds_alternative<Malformed>(socks5::parse_udp_datagram(vector)));
       }},
  };
}

TEST(GoldenVectors, Socks5) {
  GoldenChecks checks = socks_messages();
  checks.merge(bad_socks_messages());
  expect_golden_vectors({"socks"}, checks);
}

}  // namespace
}  // namespace fullcone
