// A channel's stream cut into datagrams: however it is fed, the same bodies come out, and together
// with what is still partial they are the stream (rules UDP-1, UDP-8).
//
//   count 1 | chunk sizes count | stream          the sizes are used round and round
#include "wire/datagram_frame.hpp"

#include "fuzz/stream_parser.hpp"
#include "wire/length_prefixed.hpp"

namespace fullcone {
namespace {

struct Cut {
  LengthPrefixedStream stream;
  std::vector<Bytes> bodies;

  void feed(ByteView chunk) {
    const Bytes exact = to_bytes(chunk);
    const bool finished = stream.feed(exact, [this](ByteView body) {
      bodies.push_back(to_bytes(body));
      return true;
    });
    require(finished, "a feed that nobody stops finishes");
    require(stream.buffered() < 2 + kMaxFramePayload, "at most one partial message is kept");
  }
};

void feed_in_chunks(Cut& cut, ByteView stream, ByteView sizes) {
  const bool advances = std::ranges::any_of(sizes, [](std::uint8_t size) { return size > 0; });
  for (std::size_t i = 0; advances && !stream.empty(); ++i) {
    const std::size_t size = std::min<std::size_t>(sizes[i % sizes.size()], stream.size());
    cut.feed(stream.first(size));
    stream = stream.subspan(size);
  }
  cut.feed(stream);
}

void check_bodies_make_the_stream(const Cut& cut, ByteView stream) {
  Bytes again;
  for (const auto& body : cut.bodies) {
    append(again, datagram_frame_head(body.size()).view());
    append(again, body);
  }
  require(again.size() + cut.stream.buffered() == stream.size(), "every octet is accounted for");
  require(std::ranges::equal(again, stream.first(again.size())), "bodies are unchanged");
}

void check_stop(ByteView stream, std::size_t bodies) {
  std::size_t seen = 0;
  LengthPrefixedStream stopped;
  const bool finished = stopped.feed(stream, [&](ByteView) { return ++seen < bodies; });
  require(finished == (bodies == 0), "a stopped feed says so");
  require(seen == bodies, "no body comes after a stop");
  require(finished || stopped.buffered() == 0, "a stopped feed keeps nothing");
}

}  // namespace
}  // namespace fullcone

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fullcone;
  ByteReader reader(ByteView(data, size));
  const auto sizes = reader.take(reader.u8().value_or(0));
  if (!sizes) return 0;
  const ByteView stream = reader.rest();

  Cut whole;
  whole.feed(stream);
  Cut chunked;
  feed_in_chunks(chunked, stream, *sizes);
  require(whole.bodies == chunked.bodies, "chunks do not change the bodies");
  require(whole.stream.buffered() == chunked.stream.buffered(), "nor what is left");
  check_bodies_make_the_stream(whole, stream);
  check_stop(stream, whole.bodies.size());
  return 0;
}
