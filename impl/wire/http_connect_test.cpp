// HTTP CONNECT heads: what is taken, what is handed on to be refused, and what is malformed.
#include "wire/http_connect.hpp"

#include <gtest/gtest.h>

#include "wire/split_testing.hpp"

namespace fullcone::http {
namespace {

ConnectRequest parsed(std::string_view head) {
  return expect_splits_anywhere(parse_connect_request, as_bytes(head));
}

std::optional<Malformed> fault_of(std::string_view head) {
  const auto result = parse_connect_request(as_bytes(head));
  if (const auto* fault = result.malformed()) return *fault;
  return std::nullopt;
}

std::optional<Destination> destination_of_authority(std::string_view authority) {
  const std::string head = "CONNECT " + std::string(authority) + " HTTP/1.1\r\n\r\n";
  const auto result = parse_connect_request(as_bytes(head));
  return result.parsed() ? result.value().destination : std::nullopt;
}

std::optional<socks5::Credentials> credentials_of(std::string_view field) {
  return parsed("CONNECT a:1 HTTP/1.1\r\n" + std::string(field) + "\r\n\r\n").credentials;
}

TEST(HttpConnect, TakesARequestWithFields) {
  const auto request = parsed(
      "CONNECT example.org:443 HTTP/1.1\r\n"
      "Host: example.org:443\r\n"
      "Proxy-Authorization: Basic dXNlcjpwYXNzOndvcmQ=\r\n"
      "User-Agent: \t test\xc3\xa9 \r\n"
      "\r\n");
  EXPECT_EQ(request.method, "CONNECT");
  EXPECT_EQ(request.destination, Destination(NamedEndpoint{"example.org", 443}));
  EXPECT_EQ(request.credentials, (socks5::Credentials{"user", "pass:word"}));
}

TEST(HttpConnect, TakesARequestWithoutFields) {
  const auto request = parsed("CONNECT 192.0.2.1:80 HTTP/1.0\r\n\r\n");
  EXPECT_EQ(request.destination, Destination(Endpoint::parse("192.0.2.1:80").value()));
  EXPECT_EQ(request.credentials, std::nullopt);
}

TEST(HttpConnect, TakesEachFormOfAuthority) {
  const auto endpoint = [](std::string_view text) {
    return Destination(Endpoint::parse(text).value());
  };
  EXPECT_EQ(destination_of_authority("[2001:db8::1]:443"), endpoint("[2001:db8::1]:443"));
  EXPECT_EQ(destination_of_authority("[::ffff:192.0.2.1]:443"), endpoint("192.0.2.1:443"));
  EXPECT_EQ(destination_of_authority("Ex-am_ple.org.:65535"),
            Destination(NamedEndpoint{"Ex-am_ple.org.", 65535}));
  EXPECT_EQ(destination_of_authority("1.2.3:1"), Destination(NamedEndpoint{"1.2.3", 1}));
}

TEST(HttpConnect, ANameHasOneTo255Octets) {
  const std::string name(255, 'x');
  EXPECT_EQ(destination_of_authority(name + ":1"), Destination(NamedEndpoint{name, 1}));
  EXPECT_EQ(destination_of_authority(name + "x:1"), std::nullopt);
}

TEST(HttpConnect, AnyOtherAuthorityIsMalformed) {
  for (const auto* authority : {"example.org",
                                "example.org:",
                                "example.org:0",
                                "example.org:65536",
                                "example.org:+1",
                                "example.org:80x",
                                ":80",
                                "::1:80",
                                "[::1]",
                                "[::1]:0",
                                "[::1%25lo]:80",
                                "[192.0.2.1]:80",
                                "[example.org]:80",
                                "[]:80",
                                "user@example.org:80",
                                "http://example.org:80",
                                "/",
                                "*",
                                "ex%61mple.org:80",
                                "ex\xc3\xa9mple.org:80"}) {
    const auto fault = fault_of("CONNECT " + std::string(authority) + " HTTP/1.1\r\n");
    EXPECT_EQ(fault, (Malformed{"bad authority", 8})) << authority;
  }
}

TEST(HttpConnect, AnotherMethodIsHandedOnWithoutADestination) {
  for (const auto* line : {"GET / HTTP/1.1", "POST http://example.org/ HTTP/1.1",
                           "connect a:1 HTTP/1.1", "OPTIONS * HTTP/1.1", "PRI * HTTP/1.1"}) {
    const std::string text(line);
    const auto request = parsed(text + "\r\nHost: x\r\n\r\n");
    EXPECT_EQ(request.method, text.substr(0, text.find(' ')));
    EXPECT_EQ(request.destination, std::nullopt);
  }
}

TEST(HttpConnect, WhatIsNotARequestLineIsMalformed) {
  for (const auto* line :
       {"", " ", "CONNECT", "CONNECT ", "CONNECT a:1", "CONNECT a:1 ", "CONNECT  a:1 HTTP/1.1",
        "CONNECT a:1  HTTP/1.1", "CONNECT a:1 HTTP/1.1 ", " CONNECT a:1 HTTP/1.1",
        "CONNECT\ta:1\tHTTP/1.1", "C(ONNECT a:1 HTTP/1.1", "CONNECT a:1 HTTP/2.0",
        "CONNECT a:1 HTTP/1.x", "CONNECT a:1 HTTP/1.10", "CONNECT a:1 http/1.1"}) {
    const std::string head = std::string(line) + "\r\n";
    EXPECT_TRUE(fault_of(head)) << line;
    expect_malformed_from(parse_connect_request, as_bytes(head), head.size());
  }
}

TEST(HttpConnect, WhatIsNotAFieldIsMalformed) {
  const std::string line = "CONNECT a:1 HTTP/1.1\r\n";
  for (const auto* field : {"x", ": x", "x y: z", "x : y", " x: y", "\tx", "(x): y"}) {
    const auto fault = fault_of(line + field + "\r\n\r\n");
    EXPECT_EQ(fault, (Malformed{"not a header field", line.size()})) << field;
  }
  EXPECT_TRUE(fault_of(line + "x: y\r\n folded\r\n\r\n"));
}

TEST(HttpConnect, LinesEndInCrLfOnly) {
  const std::string line = "CONNECT a:1 HTTP/1.1";
  expect_malformed_from(parse_connect_request, as_bytes(line + "\n\n"), line.size() + 1);
  expect_malformed_from(parse_connect_request, as_bytes(line + "\r\r\n"), line.size() + 2);
  expect_malformed_from(parse_connect_request, as_bytes(line + "\r\nx: y\n\r\n"), line.size() + 7);
  expect_malformed_from(parse_connect_request, as_bytes(line + "\r\n\n"), line.size() + 3);
}

TEST(HttpConnect, AControlCharacterIsMalformedAtOnce) {
  expect_malformed_from(parse_connect_request, hex("1603010200"), 1);
  expect_malformed_from(parse_connect_request, hex("00"), 1);
  expect_malformed_from(parse_connect_request, hex("434f7f"), 3);
}

std::string head_of_size(std::size_t size) {
  std::string head = "CONNECT a:1 HTTP/1.1\r\nx: ";
  head.append(size - head.size() - 4, 'y');
  return head + "\r\n\r\n";
}

TEST(HttpConnect, AHeadHasAtMost8192Octets) {
  const std::string largest = head_of_size(kMaxHead);
  ASSERT_EQ(largest.size(), 8192u);
  const auto result = parse_connect_request(as_bytes(largest + "tunnel"));
  ASSERT_TRUE(result.parsed());
  EXPECT_EQ(result.consumed(), kMaxHead);
  EXPECT_TRUE(parse_connect_request(as_bytes(largest).first(kMaxHead - 1)).needs_more());

  const std::string larger = head_of_size(kMaxHead + 1);
  EXPECT_EQ(fault_of(larger), (Malformed{kHeadTooLarge, kMaxHead}));
  EXPECT_EQ(fault_of(larger.substr(0, kMaxHead)), (Malformed{kHeadTooLarge, kMaxHead}));
  EXPECT_EQ(fault_of(larger.substr(0, kMaxHead - 1)), std::nullopt);
}

TEST(HttpConnect, CredentialsAreReadInAnyCase) {
  const socks5::Credentials expected{"user", "pass"};
  EXPECT_EQ(credentials_of("Proxy-Authorization: Basic dXNlcjpwYXNz"), expected);
  EXPECT_EQ(credentials_of("proxy-authorization:basic   dXNlcjpwYXNz\t"), expected);
  EXPECT_EQ(credentials_of("PROXY-AUTHORIZATION: BASIC dXNlcjpwYXNz"), expected);
  EXPECT_EQ(credentials_of("Proxy-Authorization: Basic Og=="), socks5::Credentials{});
}

TEST(HttpConnect, UnreadableCredentialsCountAsNone) {
  for (const auto* value : {"", "Basic", "Basic ", "Basic dXNlcg==", "Basic !!!!",
                            "Basic dXNlcjpwYXNz=", "Bearer dXNlcjpwYXNz", "Basicd XNlcjpwYXNz",
                            "Basic dXNl cjpwYXNz"}) {
    EXPECT_EQ(credentials_of("Proxy-Authorization: " + std::string(value)), std::nullopt) << value;
  }
  EXPECT_EQ(credentials_of("Authorization: Basic dXNlcjpwYXNz"), std::nullopt);
}

TEST(HttpConnect, OfSeveralCredentialsTheLastCount) {
  const std::string good = "Proxy-Authorization: Basic dXNlcjpwYXNz";
  const std::string bad = "Proxy-Authorization: Basic ?";
  EXPECT_EQ(credentials_of(bad + "\r\n" + good), (socks5::Credentials{"user", "pass"}));
  EXPECT_EQ(credentials_of(good + "\r\n" + bad), std::nullopt);
}

TEST(HttpResponse, IsAWholeHead) {
  for (const int status : {400, 405, 407, 431, 502, 503, 504}) {
    const auto response = error_response(status);
    EXPECT_TRUE(response.starts_with("HTTP/1.1 " + std::to_string(status) + " "));
    EXPECT_TRUE(response.find("\r\nContent-Length: 0\r\n") != std::string_view::npos);
    EXPECT_EQ(response.find("\r\n\r\n"), response.size() - 4) << status;
  }
  EXPECT_TRUE(kEstablished.starts_with("HTTP/1.1 200 "));
  EXPECT_EQ(kEstablished.find("\r\n\r\n"), kEstablished.size() - 4);
}

TEST(HttpResponse, SaysWhatTheClientMayDo) {
  EXPECT_NE(error_response(405).find("\r\nAllow: CONNECT\r\n"), std::string_view::npos);
  EXPECT_NE(error_response(407).find("\r\nProxy-Authenticate: Basic realm="),
            std::string_view::npos);
}

}  // namespace
}  // namespace fullcone::http
