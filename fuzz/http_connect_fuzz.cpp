// HTTP CONNECT heads as a proxy's local side reads them.
#include "wire/http_connect.hpp"

#include "fuzz/stream_parser.hpp"

namespace fullcone::http {
namespace {

// The same request in its shortest form, without credentials.
std::string head_of(const ConnectRequest& request) {
  const std::string target = request.destination ? to_string(*request.destination) : "/";
  return request.method + " " + target + " HTTP/1.1\r\n\r\n";
}

void check_request(const ConnectRequest& request, std::string_view head) {
  require(head.starts_with(request.method + " "), "the method opens the head");
  require(request.destination.has_value() == (request.method == "CONNECT"),
          "CONNECT has a destination, and nothing else has");
  require(head.ends_with("\r\n\r\n"), "a head ends with its empty line");
  require(head.find("\r\n\r\n") == head.size() - 4, "the first one");

  const std::string written = head_of(request);
  const auto again = parse_connect_request(as_bytes(written));
  require(again.parsed() && again.consumed() == written.size(), "what we write parses");
  require(again.value().method == request.method, "to the same method");
  require(again.value().destination == request.destination, "and destination");
}

}  // namespace
}  // namespace fullcone::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fullcone;
  const ByteView input(data, size);
  check_segmentation(http::parse_connect_request, input);
  const auto result = http::parse_connect_request(input);
  require(!result.needs_more() || input.size() < http::kMaxHead, "a head over the limit is judged");
  if (result.parsed()) {
    require(result.consumed() <= http::kMaxHead, "no head is longer than the limit");
    http::check_request(result.value(), as_text(input.first(result.consumed())));
  }
  return 0;
}
