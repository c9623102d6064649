// SOCKS5 from the app's side: what it sends, and how it reads the relay's answers.
#include <gtest/gtest.h>

#include "wire/socks5.hpp"
#include "wire/split_testing.hpp"

namespace fullcone::socks5 {
namespace {

const Endpoint kIpv4 = Endpoint::parse("192.0.2.1:53").value();
const Endpoint kIpv6 = Endpoint::parse("[2001:db8::1]:443").value();

TEST(Socks5App, OffersOneMethod) {
  Bytes out;
  encode_greeting(false, out);
  EXPECT_EQ(out, hex("050100"));
  encode_greeting(true, out);
  EXPECT_EQ(out, hex("050100 050102"));
}

TEST(Socks5App, SendsItsCredentials) {
  Bytes out;
  encode_credentials({"u", "pw"}, out);
  EXPECT_EQ(out, hex("01 01 75 02 7077"));
}

TEST(Socks5App, RequestsAreReadAsWritten) {
  for (const Destination& destination :
       {Destination(kIpv4), Destination(kIpv6), Destination(NamedEndpoint{"example.org", 80})}) {
    for (const auto command : {Command::connect, Command::bind, Command::udp_associate}) {
      Bytes out;
      encode_request(command, destination, out);
      const auto request = expect_splits_anywhere(parse_request, out);
      EXPECT_EQ(request.command, static_cast<std::uint8_t>(command));
      EXPECT_EQ(request.destination, destination);
    }
  }
}

TEST(Socks5App, ReadsTheMethod) {
  for (const auto method : {Method::none, Method::user_password, Method::unacceptable}) {
    const auto answer = encode_method(method);
    EXPECT_EQ(expect_splits_anywhere(parse_method, answer.view()), method);
  }
  expect_malformed_from(parse_method, hex("0400"), 1);
  expect_malformed_from(parse_method, hex("050100"), 2);
}

TEST(Socks5App, ReadsTheVerdict) {
  EXPECT_TRUE(expect_splits_anywhere(parse_credentials_verdict, hex("0100")));
  EXPECT_FALSE(expect_splits_anywhere(parse_credentials_verdict, hex("0101")));
  EXPECT_FALSE(expect_splits_anywhere(parse_credentials_verdict, hex("01ff")));
  expect_malformed_from(parse_credentials_verdict, hex("0500"), 1);
}

TEST(Socks5App, ReadsEveryReply) {
  for (int reply = 0; reply <= 8; ++reply) {
    for (const auto& bound : {kIpv4, kIpv6}) {
      const auto octets = encode_reply(static_cast<Reply>(reply), bound);
      const auto fields = expect_splits_anywhere(parse_reply, octets.view());
      EXPECT_EQ(fields.reply, static_cast<Reply>(reply));
      EXPECT_EQ(fields.bound, bound);
    }
  }
}

TEST(Socks5App, ABoundAddressThatIsNoIpIsMalformed) {
  expect_malformed_from(parse_reply, hex("05 00 00 03 01 78 0050"), 4);
  expect_malformed_from(parse_reply, hex("05 00 00 02 00"), 4);
  expect_malformed_from(parse_reply, hex("04 00 00 01"), 1);
}

}  // namespace
}  // namespace fullcone::socks5
