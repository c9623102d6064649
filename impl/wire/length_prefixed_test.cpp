// Cutting a stream into bodies: whatever the segmentation, the same bodies come out, in order and
// unchanged (rules UDP-5, UDP-8, HDR-5).
#include "wire/length_prefixed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hex_testing.hpp"
#include "wire/datagram_frame.hpp"

namespace fullcone {
namespace {

using testing::ElementsAre;

struct Cut {
  LengthPrefixedStream stream;
  std::vector<Bytes> bodies;

  bool feed(ByteView input) {
    const Bytes exact = to_bytes(input);
    return stream.feed(exact, [this](ByteView body) {
      bodies.push_back(to_bytes(body));
      return true;
    });
  }
};

Bytes framed(const Bytes& body) {
  Bytes message = to_bytes(datagram_frame_head(body.size()).view());
  append(message, body);
  return message;
}

TEST(LengthPrefixedStream, HandsOutEachBodyOfOneFeed) {
  Cut cut;
  EXPECT_TRUE(cut.feed(hex("0001 61 0000 0003 626364")));
  EXPECT_THAT(cut.bodies, ElementsAre(hex("61"), Bytes{}, hex("626364")));
  EXPECT_EQ(cut.stream.buffered(), 0u);
}

TEST(LengthPrefixedStream, EveryPairOfSplitsGivesTheSameBodies) {
  const Bytes input = hex("0001 61 0000 0003 626364 0000 0002 6566");
  for (std::size_t first = 0; first <= input.size(); ++first) {
    for (std::size_t second = first; second <= input.size(); ++second) {
      Cut cut;
      EXPECT_TRUE(cut.feed(ByteView(input).first(first)));
      EXPECT_TRUE(cut.feed(ByteView(input).subspan(first, second - first)));
      EXPECT_TRUE(cut.feed(ByteView(input).subspan(second)));
      EXPECT_THAT(cut.bodies, ElementsAre(hex("61"), Bytes{}, hex("626364"), Bytes{}, hex("6566")));
      EXPECT_EQ(cut.stream.buffered(), 0u);
    }
  }
}

TEST(LengthPrefixedStream, ABodyComesWithItsLastOctetAndNoSooner) {
  const Bytes input = hex("0003 616263 0000");
  Cut cut;
  for (std::size_t i = 0; i < input.size(); ++i) {
    cut.feed(ByteView(input).subspan(i, 1));
    EXPECT_EQ(cut.bodies.size(), i < 4 ? 0u : i < 6 ? 1u : 2u) << "after octet " << i;
  }
}

TEST(LengthPrefixedStream, KeepsAtMostOnePartialMessage) {
  const Bytes message = framed(Bytes(kMaxFramePayload, 7));
  Cut cut;
  cut.feed(ByteView(message).first(message.size() - 1));
  EXPECT_EQ(cut.stream.buffered(), 65536u);
  cut.feed(ByteView(message).last(1));
  EXPECT_EQ(cut.stream.buffered(), 0u);
  EXPECT_THAT(cut.bodies, ElementsAre(Bytes(kMaxFramePayload, 7)));
}

TEST(LengthPrefixedStream, AWholeMessageIsAViewIntoTheInput) {
  const Bytes input = hex("0002 6162");
  LengthPrefixedStream stream;
  EXPECT_TRUE(stream.feed(input, [&](ByteView body) { return body.data() == input.data() + 2; }));
}

TEST(LengthPrefixedStream, StopsWhereItIsTold) {
  const Bytes input = hex("0001 61 0001 62 00");
  LengthPrefixedStream stream;
  int seen = 0;
  EXPECT_FALSE(stream.feed(input, [&](ByteView) { return ++seen < 1; }));
  EXPECT_EQ(seen, 1);
  EXPECT_EQ(stream.buffered(), 0u);
}

TEST(LengthPrefixedStream, StopsAtABodyThatASplitCompletes) {
  LengthPrefixedStream stream;
  EXPECT_TRUE(stream.feed(hex("0001"), [](ByteView) { return true; }));
  EXPECT_FALSE(stream.feed(hex("61 0001 62"), [](ByteView) { return false; }));
  EXPECT_EQ(stream.buffered(), 0u);
}

TEST(LengthPrefixedStream, AnEmptyFeedChangesNothing) {
  Cut cut;
  EXPECT_TRUE(cut.feed(hex("00")));
  EXPECT_TRUE(cut.feed(ByteView{}));
  EXPECT_EQ(cut.stream.buffered(), 1u);
  EXPECT_TRUE(cut.bodies.empty());
}

}  // namespace
}  // namespace fullcone
