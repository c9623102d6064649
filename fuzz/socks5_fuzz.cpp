// SOCKS5, both sides: each parser takes every input (RFC 1928, RFC 1929).
#include "wire/socks5.hpp"

#include "fuzz/stream_parser.hpp"

namespace fullcone::socks5 {
namespace {

void check_greeting(ByteView input) {
  check_segmentation(parse_greeting, input);
  const auto result = parse_greeting(input);
  require(!result.parsed() || result.consumed() == 2u + input[1],
          "a greeting ends with its methods");
}

void check_credentials(ByteView input) {
  const auto encode = [](const Credentials& credentials) {
    Bytes out;
    encode_credentials(credentials, out);
    return out;
  };
  check_segmentation(parse_credentials, input);
  check_round_trip(parse_credentials, encode, input);
}

void check_request(ByteView input) {
  check_segmentation(parse_request, input);
  const auto result = parse_request(input);
  if (!result.parsed() || !result.value().destination) return;
  const auto encode = [](const Request& request) {
    Bytes out;
    encode_request(static_cast<Command>(request.command), *request.destination, out);
    return out;
  };
  check_round_trip(parse_request, encode, input);
}

void check_udp_datagram(ByteView input) {
  const Bytes datagram = to_bytes(input);  // of exactly that size, for the sanitizer
  const auto result = parse_udp_datagram(datagram);
  const auto* parsed = std::get_if<UdpDatagram>(&result);
  if (parsed == nullptr) return;
  require(parsed->payload.data() + parsed->payload.size() == datagram.data() + datagram.size(),
          "the payload reaches the datagram's end");

  Bytes encoded = to_bytes(encode_udp_head(parsed->destination).view());
  append(encoded, parsed->payload);
  require(encoded.size() <= datagram.size(), "our form is no longer than another's");
  const auto again = parse_udp_datagram(encoded);
  require(std::holds_alternative<UdpDatagram>(again), "what we encode parses");
  const auto& same = std::get<UdpDatagram>(again);
  require(same.fragment == 0 && same.destination == parsed->destination, "to the same peer");
  require(std::ranges::equal(same.payload, parsed->payload), "and payload");
}

void check_answers(ByteView input) {
  check_segmentation(parse_method, input);
  check_round_trip(
      parse_method, [](Method method) { return to_bytes(encode_method(method).view()); }, input);
  check_segmentation(parse_credentials_verdict, input);
  check_round_trip(
      parse_credentials_verdict,
      [](bool accepted) { return to_bytes(encode_credentials_verdict(accepted).view()); }, input);
  check_segmentation(parse_reply, input);
  check_round_trip(
      parse_reply,
      [](const ReplyFields& fields) {
        return to_bytes(encode_reply(fields.reply, fields.bound).view());
      },
      input);
}

}  // namespace
}  // namespace fullcone::socks5

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fullcone::socks5;
  const fullcone::ByteView input(data, size);
  check_greeting(input);
  check_credentials(input);
  check_request(input);
  check_udp_datagram(input);
  check_answers(input);
  return 0;
}
