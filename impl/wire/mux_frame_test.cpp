// Mux frames beyond the golden vectors: what each table cell of SPEC.md allows, the largest bodies,
// and a stream cut anywhere (rules MUX-1, MUX-4, HDR-4, CONE-8).
#include "wire/mux_frame.hpp"

#include <gtest/gtest.h>

#include "base/hex_testing.hpp"

namespace fullcone {
namespace {

using mux::Sender;
using mux::StreamId;

const Endpoint kIpv4 = Endpoint::parse("192.0.2.1:53").value();
const Endpoint kIpv6 = Endpoint::parse("[2001:db8::1]:443").value();

std::optional<Malformed> fault_of(const Bytes& frame, Sender from = Sender::client) {
  const auto result = mux::parse_frame(frame, from);
  if (const auto* const fault = std::get_if<Malformed>(&result)) return *fault;
  return std::nullopt;
}

template <class Expected>
Expected parse_as(ByteView frame, Sender from = Sender::client) {
  return std::get<Expected>(std::get<mux::Frame>(mux::parse_frame(frame, from)));
}

Bytes frame_of(std::uint8_t type, std::uint32_t stream, const Bytes& body) {
  ShortBytes<mux::kFrameHead> head;
  head.u8(type).u32(stream).u16(static_cast<std::uint16_t>(body.size()));
  Bytes frame = to_bytes(head.view());
  append(frame, body);
  return frame;
}

TEST(MuxFrame, TypesAboveEightAreMalformed) {
  for (unsigned type = 9; type < 256; ++type) {
    const auto octet = static_cast<std::uint8_t>(type);
    EXPECT_EQ(fault_of(frame_of(octet, 1, {})), (Malformed{"unknown frame type", 0})) << type;
  }
}

TEST(MuxFrame, OnlyPaddingMayBelongToAnybody) {
  const Bytes open = hex("02"), address = hex("01 c0000201 0035"), credit = hex("00000001");
  const Bytes bodies[] = {{}, open, hex("61"), address, credit, {}, hex("00"), Bytes(8), Bytes(8)};
  for (std::uint8_t type = 0; type < 9; ++type) {
    const bool of_connection = type >= 7;
    const bool on_zero = !fault_of(frame_of(type, 0, bodies[type]));
    const bool on_one = !fault_of(frame_of(type, 1, bodies[type]));
    EXPECT_EQ(on_zero, type == 0 || of_connection) << int{type};
    EXPECT_EQ(on_one, type == 0 || !of_connection) << int{type};
  }
}

TEST(MuxFrame, TheServerOpensNothingAndNamesNoDomain) {
  EXPECT_TRUE(fault_of(frame_of(1, 1, hex("02")), Sender::server));
  const Bytes named = frame_of(3, 1, hex("02 01 61 0035"));
  EXPECT_FALSE(fault_of(named));
  EXPECT_TRUE(fault_of(named, Sender::server));
  EXPECT_FALSE(fault_of(frame_of(3, 1, hex("01 c0000201 0035")), Sender::server));
}

TEST(MuxFrame, AnOpenIsItsTargetAndNothingMore) {
  const Bytes target = hex("01 01bb 02 01 61");
  EXPECT_FALSE(fault_of(frame_of(1, 1, target)));
  for (std::size_t size = 0; size < target.size(); ++size) {
    const Bytes part(target.begin(), target.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_TRUE(fault_of(frame_of(1, 1, part))) << size;
  }
  Bytes more = target;
  more.push_back(0);
  EXPECT_EQ(fault_of(frame_of(1, 1, more)), (Malformed{"octets behind OPEN's target", 13}));
  EXPECT_EQ(fault_of(frame_of(1, 1, hex("01 01bb 04 00"))),
            (Malformed{"unknown address type", 10}));
  EXPECT_EQ(fault_of(frame_of(1, 1, hex("01 01bb 02 00"))), (Malformed{"empty domain name", 11}));
}

TEST(MuxFrame, BodiesOfFixedSizeHaveNoOther) {
  const std::pair<std::uint8_t, std::size_t> fixed[] = {{4, 4}, {5, 0}, {6, 1}};
  for (const auto& [type, wanted] : fixed) {
    for (std::size_t size = 0; size < 12; ++size) {
      EXPECT_EQ(!fault_of(frame_of(type, 1, Bytes(size))), size == wanted) << int{type};
    }
  }
  for (const std::uint8_t type : {std::uint8_t{7}, std::uint8_t{8}}) {
    for (std::size_t size = 0; size < 12; ++size) {
      EXPECT_EQ(!fault_of(frame_of(type, 0, Bytes(size))), size == 8) << int{type};
    }
  }
}

TEST(MuxFrame, AnUnknownReasonReadsAsNone) {
  EXPECT_EQ(parse_as<mux::Reset>(frame_of(6, 1, hex("04"))).reason, mux::Reason::broke_rules);
  EXPECT_EQ(parse_as<mux::Reset>(frame_of(6, 1, hex("05"))).reason, mux::Reason::none);
  EXPECT_EQ(parse_as<mux::Reset>(frame_of(6, 1, hex("ff"))).reason, mux::Reason::none);
}

TEST(MuxFrame, AMappedPeerIsIpv4) {
  const Bytes frame = frame_of(3, 1, hex("03 00000000000000000000ffffc0000201 0035 61"));
  EXPECT_EQ(parse_as<mux::Datagram>(frame).peer, Destination(kIpv4));
}

TEST(MuxFrame, TheLargestDatagramFillsItsLength) {
  for (const auto& peer : {kIpv4, kIpv6}) {
    const std::size_t largest = mux::max_datagram_payload(peer.family());
    Bytes frame = to_bytes(mux::datagram_head(StreamId{7}, peer, largest).view());
    frame.resize(frame.size() + largest, 0x5a);
    EXPECT_EQ(frame.size(), mux::kFrameHead + mux::kMaxBody);
    const auto parsed = parse_as<mux::Datagram>(frame, Sender::server);
    EXPECT_EQ(parsed.peer, Destination(peer));
    EXPECT_EQ(parsed.payload.size(), largest);
    EXPECT_EQ(parsed.payload.data() + largest, frame.data() + frame.size());
  }
}

TEST(MuxFrame, TheLongestNameIsEncodedInTwoParts) {
  const NamedEndpoint peer{std::string(255, 'n'), 53};
  const auto head = mux::datagram_head(StreamId{0xffffffff}, peer, 2);
  Bytes frame = to_bytes(head.before_name.view());
  append(frame, as_bytes(peer.host));
  append(frame, head.port.view());
  append(frame, hex("6869"));
  const auto parsed = parse_as<mux::Datagram>(frame);
  EXPECT_EQ(parsed.stream, StreamId{0xffffffff});
  EXPECT_EQ(parsed.peer, Destination(peer));
  EXPECT_EQ(as_text(parsed.payload), "hi");
}

TEST(MuxFrame, APartOfAFrameIsNoFrame) {
  const Bytes whole = frame_of(2, 1, hex("616263"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Bytes part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(fault_of(part), (Malformed{"not one whole frame", 0})) << size;
  }
}

TEST(MuxFrame, EveryPairOfSplitsGivesTheSameFrames) {
  const std::vector<Bytes> frames{frame_of(1, 1, hex("02")), frame_of(2, 2, hex("616263")),
                                  frame_of(5, 2, {}), frame_of(8, 0, Bytes(8))};
  Bytes input;
  for (const auto& frame : frames) append(input, frame);
  for (std::size_t first = 0; first <= input.size(); ++first) {
    for (std::size_t second = first; second <= input.size(); ++second) {
      mux::FrameCutter cutter;
      std::vector<Bytes> cut;
      const auto feed = [&](ByteView part) {
        const Bytes exact = to_bytes(part);
        return cutter.feed(exact, [&](ByteView frame) {
          cut.push_back(to_bytes(frame));
          return true;
        });
      };
      EXPECT_TRUE(feed(ByteView(input).first(first)));
      EXPECT_TRUE(feed(ByteView(input).subspan(first, second - first)));
      EXPECT_TRUE(feed(ByteView(input).subspan(second)));
      EXPECT_EQ(cut, frames) << first << ", " << second;
      EXPECT_EQ(cutter.buffered(), 0u);
    }
  }
}

TEST(MuxFrame, KeepsAtMostOnePartialFrame) {
  const Bytes frame = frame_of(2, 1, Bytes(mux::kMaxBody, 7));
  mux::FrameCutter cutter;
  std::size_t seen = 0;
  const auto count = [&](ByteView) { return ++seen != 0; };
  cutter.feed(ByteView(frame).first(frame.size() - 1), count);
  EXPECT_EQ(cutter.buffered(), mux::kFrameHead + mux::kMaxBody - 1);
  EXPECT_EQ(seen, 0u);
  cutter.feed(ByteView(frame).last(1), count);
  EXPECT_EQ(cutter.buffered(), 0u);
  EXPECT_EQ(seen, 1u);
}

#ifndef NDEBUG
TEST(MuxFrameDeathTest, WhatCannotBeEncodedIsABug) {
  EXPECT_DEATH(mux::data_head(StreamId{1}, mux::kMaxBody + 1), "kMaxBody");
  EXPECT_DEATH(mux::datagram_head(StreamId{1}, kIpv4, 65529), "kMaxBody");
  EXPECT_DEATH(mux::datagram_head(StreamId{1}, kIpv6, 65517), "kMaxBody");
  EXPECT_DEATH(mux::datagram_head(StreamId{1}, NamedEndpoint{"", 53}, 1), "host");
}
#endif

}  // namespace
}  // namespace fullcone
