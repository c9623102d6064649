// The golden vectors of mux frames (rules MUX-1, MUX-2, MUX-4).
#include <gtest/gtest.h>

#include "wire/golden_vectors_testing.hpp"
#include "wire/mux_frame.hpp"

namespace fullcone {
namespace {

using mux::Sender;
using mux::StreamId;

const Endpoint kPeer = Endpoint::parse("198.51.100.7:50000").value();
const Endpoint kPeerIpv6 = Endpoint::parse("[2001:db8::7]:50000").value();
const NamedEndpoint kNamedPeer{"stun.example", 3478};
constexpr std::uint64_t kOpaque = 0x0123456789abcdef;
constexpr StreamId kFirst{1};

// The vector is one frame of the client's, with what `check` says of it.
template <class Expected>
GoldenCheck frame(std::function<void(const Expected&, const Bytes&)> check) {
  return [=](const Bytes& vector) {
    const auto result = mux::parse_frame(vector, Sender::client);
    const auto* const parsed = std::get_if<mux::Frame>(&result);
    ASSERT_NE(parsed, nullptr) << std::get<Malformed>(result).why;
    ASSERT_TRUE(std::holds_alternative<Expected>(*parsed));
    check(std::get<Expected>(*parsed), vector);
  };
}

GoldenCheck open(StreamId stream, const std::optional<Destination>& target) {
  return frame<mux::Open>([=](const mux::Open& open, const Bytes& vector) {
    EXPECT_EQ(open.stream, stream);
    EXPECT_EQ(open.target, target);
    Bytes encoded;
    mux::encode_open(stream, target, encoded);
    EXPECT_EQ(encoded, vector);
  });
}

Bytes encoded_datagram(StreamId stream, const Destination& peer, ByteView payload) {
  Bytes octets;
  if (const auto* const named = std::get_if<NamedEndpoint>(&peer)) {
    const auto head = mux::datagram_head(stream, *named, payload.size());
    append(octets, head.before_name.view());
    append(octets, as_bytes(named->host));
    append(octets, head.port.view());
  } else {
    append(octets, mux::datagram_head(stream, std::get<Endpoint>(peer), payload.size()).view());
  }
  append(octets, payload);
  return octets;
}

GoldenCheck datagram(const Destination& peer, std::string_view payload) {
  return frame<mux::Datagram>([=](const mux::Datagram& datagram, const Bytes& vector) {
    EXPECT_EQ(datagram.stream, StreamId{3});
    EXPECT_EQ(datagram.peer, peer);
    EXPECT_EQ(as_text(datagram.payload), payload);
    EXPECT_EQ(encoded_datagram(StreamId{3}, peer, as_bytes(payload)), vector);
  });
}

void malformed(const Bytes& vector) {
  for (const auto from : {Sender::client, Sender::server}) {
    EXPECT_TRUE(std::holds_alternative<Malformed>(mux::parse_frame(vector, from)));
  }
}

void expect_same(const FrameHead& encoded, const Bytes& vector) {
  EXPECT_EQ(to_bytes(encoded.view()), vector);
}

GoldenChecks good_frames() {
  return {
      {"mux-open-tcp-domain", open(kFirst, NamedEndpoint{"example.com", 443})},
      {"mux-open-tcp-ipv4", open(StreamId{2}, Endpoint::parse("192.0.2.1:80").value())},
      {"mux-open-udp", open(StreamId{3}, std::nullopt)},
      {"mux-data", frame<mux::Data>([](const mux::Data& data, const Bytes& vector) {
         EXPECT_EQ(data.stream, kFirst);
         EXPECT_EQ(as_text(data.octets), "hello");
         Bytes encoded = to_bytes(mux::data_head(kFirst, 5).view());
         append(encoded, data.octets);
         EXPECT_EQ(encoded, vector);
       })},
      {"mux-datagram-ipv4", datagram(kPeer, "hello")},
      {"mux-datagram-ipv6", datagram(kPeerIpv6, "hello")},
      {"mux-datagram-domain", datagram(kNamedPeer, "hello")},
      {"mux-datagram-empty", datagram(kPeer, "")},
      {"mux-window", frame<mux::Window>([](const mux::Window& window, const Bytes& vector) {
         EXPECT_EQ(window.stream, kFirst);
         EXPECT_EQ(window.credit, 65536u);
         expect_same(mux::window_frame(kFirst, 65536), vector);
       })},
      {"mux-fin", frame<mux::Fin>([](const mux::Fin& fin, const Bytes& vector) {
         EXPECT_EQ(fin.stream, kFirst);
         expect_same(mux::fin_frame(kFirst), vector);
       })},
      {"mux-reset", frame<mux::Reset>([](const mux::Reset& reset, const Bytes& vector) {
         EXPECT_EQ(reset.stream, kFirst);
         EXPECT_EQ(reset.reason, mux::Reason::target_failed);
         expect_same(mux::reset_frame(kFirst, mux::Reason::target_failed), vector);
       })},
      {"mux-ping", frame<mux::Ping>([](const mux::Ping& ping, const Bytes& vector) {
         EXPECT_EQ(ping.opaque, kOpaque);
         expect_same(mux::ping_frame(kOpaque), vector);
       })},
      {"mux-pong", frame<mux::Pong>([](const mux::Pong& pong, const Bytes& vector) {
         EXPECT_EQ(pong.opaque, kOpaque);
         expect_same(mux::pong_frame(kOpaque), vector);
       })},
      {"mux-padding", frame<mux::Padding>([](const mux::Padding&, const Bytes&) {})},
  };
}

TEST(GoldenVectors, Mux) {
  GoldenChecks checks = good_frames();
  for (const auto* const name :
       {"bad-mux-type-9", "bad-mux-open-network-3", "bad-mux-open-udp-with-address",
        "bad-mux-open-tcp-short", "bad-mux-open-stream-0", "bad-mux-data-stream-0",
        "bad-mux-datagram-empty-domain", "bad-mux-window-length-2", "bad-mux-fin-with-body",
        "bad-mux-reset-without-reason", "bad-mux-ping-length-7", "bad-mux-ping-stream-1"}) {
    checks.emplace(name, malformed);
  }
  expect_golden_vectors({"mux"}, checks);
}

}  // namespace
}  // namespace fullcone
