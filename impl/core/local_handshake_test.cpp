// What an app says first: SOCKS5 with and without credentials, HTTP CONNECT, cut anywhere, and the
// answers to what is wrong (SOCKS-5).
#include "core/local_handshake.hpp"

#include <gtest/gtest.h>

#include "base/hex_testing.hpp"
#include "core/testing/client_script.hpp"

namespace fullcone {
namespace {

using Unfinished = LocalHandshake::Unfinished;
using Failed = LocalHandshake::Failed;
using Connect = LocalHandshake::Connect;
using Associate = LocalHandshake::Associate;

const std::vector<socks5::Credentials> kNoCredentials;
const std::vector<socks5::Credentials> kCredentials{{"anna", "secret"}, {"ben", "pass"}};
const Destination kShop = NamedEndpoint{"shop.example", 443};
const Bytes kGreeting = hex("05 01 00");
const Bytes kGreetingWithCredentials = hex("05 01 02");
const Bytes kConnect = socks_request(socks5::Command::connect, kShop);

Bytes credentials(const std::string& user, const std::string& password) {
  Bytes octets;
  socks5::encode_credentials({user, password}, octets);
  return octets;
}

// One app's octets through one handshake, in pieces of `piece`; what came of them.
struct Dialogue {
  Dialogue(const Octets& said, const std::vector<socks5::Credentials>& known = kNoCredentials,
           std::size_t piece = 1'000'000) {
    LocalHandshake handshake(LocalId{1}, known);
    ClientActions out;
    for (ByteView rest = said.bytes; !rest.empty();) {
      const auto part = rest.first(std::min(piece, rest.size()));
      rest = rest.subspan(part.size());
      outcome = handshake.on_bytes(part, out);
      taken += part.size();
      if (!std::holds_alternative<Unfinished>(outcome)) break;
    }
    for (const auto& action : out) append(answer, std::get<client::WriteLocal>(action).bytes);
  }
  bool unfinished() const { return std::holds_alternative<Unfinished>(outcome); }
  bool failed() const { return std::holds_alternative<Failed>(outcome); }
  bool associates() const { return std::holds_alternative<Associate>(outcome); }
  const Connect& connect() const { return std::get<Connect>(outcome); }

  LocalHandshake::Outcome outcome;
  Bytes answer;
  std::size_t taken = 0;
};

TEST(LocalHandshakeSocks, ConnectsWithoutCredentials) {
  const Dialogue app(kGreeting + kConnect);
  EXPECT_EQ(app.connect().protocol, LocalProtocol::socks5);
  EXPECT_EQ(app.connect().destination, kShop);
  EXPECT_TRUE(app.connect().early.empty());
  EXPECT_EQ(app.answer, hex("05 00"));
}

TEST(LocalHandshakeSocks, ConnectsWithCredentials) {
  const Dialogue app(kGreetingWithCredentials + credentials("ben", "pass") + kConnect,
                     kCredentials);
  EXPECT_EQ(app.connect().destination, kShop);
  EXPECT_EQ(app.answer, hex("05 02 01 00"));
}

TEST(LocalHandshakeSocks, KeepsWhatCameBehindTheRequest) {
  const Dialogue app(kGreeting + kConnect + "GET /");
  EXPECT_EQ(as_text(app.connect().early), "GET /");
}

TEST(LocalHandshakeSocks, MayComeInPiecesOfAnySize) {
  const Bytes said = kGreetingWithCredentials + credentials("anna", "secret") + kConnect;
  for (std::size_t piece = 1; piece <= said.size(); ++piece) {
    const Dialogue app(said, kCredentials, piece);
    EXPECT_EQ(app.connect().destination, kShop) << piece;
    EXPECT_EQ(app.answer, hex("05 02 01 00")) << piece;
    EXPECT_EQ(app.taken, said.size()) << piece;
  }
}

TEST(LocalHandshakeSocks, Associates) {
  const Bytes associate = socks_request(socks5::Command::udp_associate, Endpoint{});
  EXPECT_TRUE(Dialogue(kGreeting + associate).associates());
  EXPECT_TRUE(
      Dialogue(kGreetingWithCredentials + credentials("ben", "pass") + associate, kCredentials)
          .associates());
  EXPECT_TRUE(Dialogue(kGreeting + socks_request(socks5::Command::udp_associate, kShop))
                  .associates());  // the address is not looked at
}

TEST(LocalHandshakeSocks, RefusesTheWrongCredentials) {  // SOCKS-5
  for (const auto& [user, password] : {std::pair{"anna", "pass"}, std::pair{"anna", "secre"},
                                       std::pair{"nobody", "secret"}, std::pair{"", ""}}) {
    const Dialogue app(kGreetingWithCredentials + credentials(user, password) + kConnect,
                       kCredentials);
    EXPECT_TRUE(app.failed());
    EXPECT_EQ(app.answer, hex("05 02 01 01"));
  }
}

TEST(LocalHandshakeSocks, RefusesMethodsThatItDoesNotWant) {  // SOCKS-5
  for (const auto& [greeting, known] :
       {std::pair{hex("05 01 00"), kCredentials}, std::pair{hex("05 01 02"), kNoCredentials},
        std::pair{hex("05 01 01"), kNoCredentials}, std::pair{hex("05 00"), kNoCredentials}}) {
    const Dialogue app(greeting + kConnect, known);
    EXPECT_TRUE(app.failed());
    EXPECT_EQ(app.answer, hex("05 ff"));
  }
}

TEST(LocalHandshakeSocks, PicksTheMethodThatItWants) {
  EXPECT_EQ(Dialogue(hex("05 03 01 02 00")).answer, hex("05 00"));
  EXPECT_EQ(Dialogue(hex("05 03 01 02 00"), kCredentials).answer, hex("05 02"));
}

TEST(LocalHandshakeSocks, AnswersOtherCommandsBy7) {
  for (const auto command : {0, 2, 4, 255}) {
    Bytes request = kConnect;
    request[1] = static_cast<std::uint8_t>(command);
    const Dialogue app(kGreeting + request);
    EXPECT_TRUE(app.failed());
    EXPECT_EQ(app.answer, hex("05 00") + socks_reply(socks5::Reply::command_not_supported))
        << command;
  }
}

TEST(LocalHandshakeSocks, AnswersOtherAddressTypesBy8) {
  const Dialogue app(kGreeting + hex("05 01 00 02 0b"));
  EXPECT_TRUE(app.failed());
  EXPECT_EQ(app.answer, hex("05 00") + socks_reply(socks5::Reply::address_type_not_supported));
}

TEST(LocalHandshakeSocks, AnswersAMalformedRequestBy1) {
  for (const auto* request : {"04 01", "05 01 00 03 00"}) {
    const Dialogue app(kGreeting + hex(request));
    EXPECT_TRUE(app.failed());
    EXPECT_EQ(app.answer, hex("05 00") + socks_reply(socks5::Reply::general_failure)) << request;
  }
}

TEST(LocalHandshakeSocks, ClosesOnCredentialsOfAnotherVersion) {
  const Dialogue app(kGreetingWithCredentials + hex("05"), kCredentials);
  EXPECT_TRUE(app.failed());
  EXPECT_EQ(app.answer, hex("05 02"));
}

// ----- HTTP

const std::string kConnectHead = "CONNECT shop.example:443 HTTP/1.1\r\n";

TEST(LocalHandshakeHttp, Connects) {
  const Dialogue app(kConnectHead + "Host: shop.example\r\n\r\n");
  EXPECT_EQ(app.connect().protocol, LocalProtocol::http);
  EXPECT_EQ(app.connect().destination, kShop);
  EXPECT_TRUE(app.answer.empty());  // the tunnel answers
}

TEST(LocalHandshakeHttp, MayComeInPiecesOfAnySizeAndKeepsWhatIsBehind) {
  const std::string said = kConnectHead + "\r\n";
  for (std::size_t piece = 1; piece <= said.size(); ++piece) {
    EXPECT_EQ(Dialogue(said, kNoCredentials, piece).connect().destination, kShop) << piece;
  }
  EXPECT_EQ(as_text(Dialogue(said + "hello").connect().early), "hello");
}

TEST(LocalHandshakeHttp, AsksForCredentials) {
  // anna:secret, anna:wrong
  const std::string good = "Proxy-Authorization: Basic YW5uYTpzZWNyZXQ=\r\n\r\n";
  const std::string bad = "Proxy-Authorization: Basic YW5uYTp3cm9uZw==\r\n\r\n";
  EXPECT_EQ(Dialogue(kConnectHead + good, kCredentials).connect().destination, kShop);
  for (const auto& head : {kConnectHead + bad, kConnectHead + "\r\n"}) {
    const Dialogue app(head, kCredentials);
    EXPECT_TRUE(app.failed());
    EXPECT_EQ(as_text(app.answer), http::error_response(407));
  }
}

TEST(LocalHandshakeHttp, AnswersOtherMethodsBy405) {
  const Dialogue app("GET http://shop.example/ HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(app.failed());
  EXPECT_EQ(as_text(app.answer), http::error_response(405));
}

TEST(LocalHandshakeHttp, AnswersWhatIsNoRequestBy400) {
  for (const auto* said : {"\x04\x01", "CONNECT shop.example HTTP/1.1\r\n\r\n",
                           "CONNECT :0 HTTP/1.1\r\n\r\n", "\x16\x03\x01"}) {
    const Dialogue app(said);
    EXPECT_TRUE(app.failed());
    EXPECT_EQ(as_text(app.answer), http::error_response(400));
  }
}

TEST(LocalHandshakeHttp, AnswersAHeadTooLargeBy431) {
  const std::string endless = kConnectHead + "X: " + std::string(http::kMaxHead, 'x');
  const Dialogue app(endless, kNoCredentials, 1000);
  EXPECT_TRUE(app.failed());
  EXPECT_EQ(as_text(app.answer), http::error_response(431));
  EXPECT_LT(app.taken, http::kMaxHead + 1000);
}

TEST(LocalHandshake, IsUnfinishedUntilTheLastOctet) {
  for (const Bytes& said : {kGreeting + kConnect, to_bytes(kConnectHead + "\r\n")}) {
    for (std::size_t size = 0; size < said.size(); ++size) {
      EXPECT_TRUE(Dialogue(ByteView(said).first(size)).unfinished()) << size;
    }
  }
}

}  // namespace
}  // namespace fullcone
