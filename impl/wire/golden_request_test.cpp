// The golden vectors of request headers: parsed, split anywhere, and encoded where the form is the
// one that we write (rules HDR-1 to HDR-5).
#include <gtest/gtest.h>

#include "wire/golden_vectors_testing.hpp"
#include "wire/request_header.hpp"
#include "wire/split_testing.hpp"

namespace fullcone {
namespace {

const Destination kWeb = Endpoint::parse("192.0.2.1:80").value();
const Destination kWebIpv6 = Endpoint::parse("[2001:db8::1]:443").value();
const Destination kWebNamed = NamedEndpoint{"example.com", 443};
const Destination kStun = Endpoint::parse("192.0.2.7:3478").value();
const Destination kStunNamed = NamedEndpoint{"stun.example", 3478};
const SessionId kSession = Uuid::parse("a0a1a2a3a4a5a6a7a8a9aaabacadaeaf").value();

// Whether a vector is the very form that our encoder writes.
enum class Form { ours, foreign };

RequestHeader header(std::uint8_t version, Command command,
                     std::optional<Destination> destination = std::nullopt) {
  RequestHeader header;
  header.version = version;
  header.user = Uuid::parse("00112233-4455-6677-8899-aabbccddeeff").value();
  header.command = command;
  header.destination = std::move(destination);
  return header;
}

RequestHeader in_session(RequestHeader header) {
  header.session = kSession;
  return header;
}

RequestHeader endpoint_independent(RequestHeader header) {
  header.mapping = MappingPolicy::endpoint_independent;
  return header;
}

GoldenCheck request(const RequestHeader& expected, Form form = Form::ours) {
  return [=](const Bytes& vector) {
    EXPECT_EQ(expect_splits_anywhere(parse_request_header, vector), expected);
    Bytes encoded;
    encode_request_header(expected, encoded);
    EXPECT_EQ(encoded == vector, form == Form::ours);
  };
}

GoldenChecks v0_requests() {
  const Destination dns = Endpoint::parse("192.0.2.53:53").value();
  const Destination secure_web = Endpoint::parse("192.0.2.1:443").value();
  return {
      {"hdr-v0-tcp-ipv4", request(header(0, Command::tcp, kWeb))},
      {"hdr-v0-tcp-domain", request(header(0, Command::tcp, kWebNamed))},
      {"hdr-v0-tcp-ipv6", request(header(0, Command::tcp, kWebIpv6))},
      {"hdr-v0-udp-ipv4", request(header(0, Command::udp, dns))},
      {"hdr-v0-addons-skipped", request(header(0, Command::tcp, secure_web), Form::foreign)},
      {"hdr-v0-tlvs-unread", request(header(0, Command::udp, dns), Form::foreign)},
  };
}

GoldenChecks v1_requests() {
  const auto tcp = header(1, Command::tcp, kWeb);
  const auto udp = header(1, Command::udp, kStun);
  const auto crumfurs = header(1, Command::crumfurs);
  const auto any_port = endpoint_independent(crumfurs);
  return {
      {"hdr-v1-tcp-ipv4", request(tcp)},
      {"hdr-v1-tcp-domain", request(header(1, Command::tcp, kWebNamed))},
      {"hdr-v1-tcp-ipv6", request(header(1, Command::tcp, kWebIpv6))},
      {"hdr-v1-tcp-ipv4-mapped", request(tcp, Form::foreign)},
      {"hdr-v1-tcp-mapping-ignored", request(tcp, Form::foreign)},
      {"hdr-v1-udp-ipv4", request(udp)},
      {"hdr-v1-udp-session", request(in_session(udp))},
      {"hdr-v1-udp-domain-session", request(in_session(header(1, Command::udp, kStunNamed)))},
      {"hdr-v1-unknown-tlv-skipped", request(in_session(udp), Form::foreign)},
      {"hdr-v1-crumfurs", request(crumfurs)},
      {"hdr-v1-crumfurs-session", request(in_session(crumfurs))},
      {"hdr-v1-crumfurs-mapping-0", request(crumfurs, Form::foreign)},
      {"hdr-v1-crumfurs-mapping-1", request(any_port)},
      {"hdr-v1-crumfurs-session-mapping-1", request(in_session(any_port))},
      {"hdr-v1-duplicate-session", request(in_session(crumfurs), Form::foreign)},
      {"hdr-v1-duplicate-mapping", request(any_port, Form::foreign)},
      {"hdr-v1-mux", request(header(1, Command::mux))},
  };
}

// A bad header ends with the octet that shows the fault.
GoldenChecks bad_requests() {
  GoldenChecks checks;
  for (const auto* fault :
       {"version", "tlv-overrun", "tlv-lone-type", "session-length-15", "session-length-17",
        "mapping-length-0", "mapping-length-2", "mapping-2", "command-0", "command-5", "v0-mux",
        "v0-crumfurs", "atyp-0", "atyp-4", "empty-domain"}) {
    checks["bad-hdr-" + std::string(fault)] = [](const Bytes& vector) {
      expect_malformed_from(parse_request_header, vector, vector.size());
    };
  }
  return checks;
}

TEST(GoldenVectors, RequestHeaders) {
  GoldenChecks checks = v0_requests();
  checks.merge(v1_requests());
  checks.merge(bad_requests());
  expect_golden_vectors({"hdr"}, checks);
}

}  // namespace
}  // namespace fullcone
