// The golden vectors of what follows a request: response, datagram frame, CRUMFURS answer, UMFURS
// (rules RSP-0, UDP-1, CRUM-2, CRUM-3).
#include <gtest/gtest.h>

#include "wire/golden_vectors_testing.hpp"
#include "wire/length_prefixed.hpp"
#include "wire/request_header.hpp"
#include "wire/split_testing.hpp"
#include "wire/umfurs.hpp"

namespace fullcone {
namespace {

const Endpoint kPeer = Endpoint::parse("198.51.100.7:50000").value();
const Endpoint kPeerIpv6 = Endpoint::parse("[2001:db8::7]:50000").value();

Bytes joined(ByteView head, std::string_view payload) {
  Bytes octets = to_bytes(head);
  append(octets, as_bytes(payload));
  return octets;
}

// The one body of a message `length 2 | body`.
Bytes only_body(const Bytes& message) {
  std::vector<Bytes> bodies;
  LengthPrefixedStream stream;
  stream.feed(message, [&](ByteView body) {
    bodies.push_back(to_bytes(body));
    return true;
  });
  EXPECT_EQ(stream.buffered(), 0u);
  EXPECT_EQ(bodies.size(), 1u);
  return bodies.at(0);
}

GoldenCheck frame(std::string_view payload) {
  return [=](const Bytes& vector) {
    EXPECT_EQ(as_text(only_body(vector)), payload);
    EXPECT_EQ(joined(datagram_frame_head(payload.size()).view(), payload), vector);
  };
}

GoldenCheck umfurs(const Endpoint& source, std::string_view payload) {
  return [=](const Bytes& vector) {
    const Bytes body = only_body(vector);
    const auto message = parse_umfurs_body(body);
    ASSERT_TRUE(std::holds_alternative<Umfurs>(message));
    EXPECT_EQ(std::get<Umfurs>(message).source, source);
    EXPECT_EQ(as_text(std::get<Umfurs>(message).payload), payload);
    EXPECT_EQ(joined(umfurs_head(source, payload.size()).view(), payload), vector);
  };
}

void bad_umfurs(const Bytes& vector) {
  EXPECT_TRUE(std::holds_alternative<Malformed>(parse_umfurs_body(only_body(vector))));
}

GoldenChecks messages() {
  return {
      {"response-v0",
       [](const Bytes& vector) {
         EXPECT_EQ(expect_splits_anywhere(parse_v0_response, vector), 0);
       }},
      {"frame-empty", frame("")},
      {"frame-5", frame("hello")},
      {"crumfurs-established",
       [](const Bytes& vector) { EXPECT_EQ(vector, Bytes{kCrumfursEstablished}); }},
      {"bad-crumfurs-answer",
       [](const Bytes& vector) { EXPECT_NE(vector, Bytes{kCrumfursEstablished}); }},
      {"umfurs-ipv4", umfurs(kPeer, "hello")},
      {"umfurs-ipv4-shortest", umfurs(kPeer, "x")},
      {"umfurs-ipv6", umfurs(kPeerIpv6, "hello")},
      {"umfurs-ipv6-shortest", umfurs(kPeerIpv6, "x")},
      {"bad-umfurs-ipv4-no-payload", bad_umfurs},
      {"bad-umfurs-ipv6-no-payload", bad_umfurs},
      {"bad-umfurs-domain", bad_umfurs},
  };
}

TEST(GoldenVectors, Messages) {
  expect_golden_vectors({"response", "frame", "crumfurs", "umfurs"}, messages());
}

}  // namespace
}  // namespace fullcone
