// The first octets that a stranger sends: the request header, and the v0 response that a client
// reads (rules HDR-1 to HDR-5, RSP-0).
#include "wire/request_header.hpp"

#include "fuzz/stream_parser.hpp"

namespace fullcone {
namespace {

Bytes encoded(const RequestHeader& header) {
  Bytes out;
  encode_request_header(header, out);
  return out;
}

void check_bounds(const ParseResult<RequestHeader>& result, ByteView input) {
  if (result.needs_more()) {
    require(input.size() < kMaxRequestHeader, "the longest header is judged");
  } else if (result.parsed()) {
    const bool addressed =
        result.value().command == Command::tcp || result.value().command == Command::udp;
    require(result.consumed() <= kMaxRequestHeader, "no header is longer than documented");
    require(result.value().destination.has_value() == addressed, "TCP and UDP have a destination");
    require(result.value().version == 1 || result.value().session == SessionId{},
            "v0 has no session");
  }
}

}  // namespace
}  // namespace fullcone

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fullcone;
  const ByteView input(data, size);
  check_segmentation(parse_request_header, input);
  check_round_trip(parse_request_header, encoded, input);
  check_bounds(parse_request_header(input), input);
  check_segmentation(parse_v0_response, input);
  return 0;
}
