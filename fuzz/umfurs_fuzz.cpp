// UMFURS messages as a client reads them off a CRUMFURS channel (rules CRUM-3, CRUM-9). The input
// is a stream of them, and also the body of one.
#include "wire/umfurs.hpp"

#include "fuzz/stream_parser.hpp"
#include "wire/length_prefixed.hpp"

namespace fullcone {
namespace {

void check_body(ByteView input) {
  const Bytes body = to_bytes(input);  // of exactly that size, for the sanitizer
  const auto result = parse_umfurs_body(body);
  const auto* message = std::get_if<Umfurs>(&result);
  const std::size_t shortest = body.empty() || body[0] == 1 ? 8 : 20;
  if (message == nullptr) {
    const bool known = !body.empty() && (body[0] == 1 || body[0] == 3);
    require(!known || body.size() < shortest, "whatever is long enough is a message");
    return;
  }
  require(body.size() >= shortest, "a message has a source and a payload");
  require(message->payload.data() + message->payload.size() == body.data() + body.size(),
          "the payload reaches the body's end");

  Bytes encoded = to_bytes(umfurs_head(message->source, message->payload.size()).view());
  append(encoded, message->payload);
  const auto again = parse_umfurs_body(ByteView(encoded).subspan(2));
  require(ByteReader(encoded).u16() == encoded.size() - 2, "the length counts what follows");
  require(std::holds_alternative<Umfurs>(again), "what we encode parses");
  require(std::get<Umfurs>(again).source == message->source, "to the same source");
  require(std::ranges::equal(std::get<Umfurs>(again).payload, message->payload), "and payload");
}

}  // namespace
}  // namespace fullcone

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fullcone;
  const ByteView input(data, size);
  if (input.size() <= kMaxFramePayload) check_body(input);
  LengthPrefixedStream stream;
  stream.feed(input, [](ByteView body) {
    check_body(body);
    return true;
  });
  return 0;
}
