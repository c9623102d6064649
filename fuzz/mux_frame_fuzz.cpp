// Mux frames as either end reads them (rules MUX-1, MUX-4). The input is a stream of them, and also
// one frame: what parses encodes to the frame that it was, PADDING and unknown reasons aside.
#include "wire/mux_frame.hpp"

#include "base/overloaded.hpp"
#include "fuzz/stream_parser.hpp"

namespace fullcone {
namespace {

using mux::Sender;

Bytes joined(const FrameHead& head, ByteView payload) {
  Bytes octets = to_bytes(head.view());
  append(octets, payload);
  return octets;
}

Bytes encode_datagram(const mux::Datagram& datagram) {
  const std::size_t size = datagram.payload.size();
  if (const auto* const peer = std::get_if<Endpoint>(&datagram.peer)) {
    return joined(mux::datagram_head(datagram.stream, *peer, size), datagram.payload);
  }
  const auto& named = std::get<NamedEndpoint>(datagram.peer);
  const auto head = mux::datagram_head(datagram.stream, named, size);
  Bytes octets = joined(head.before_name, as_bytes(named.host));
  append(octets, joined(head.port, datagram.payload));
  return octets;
}

// nullopt: there is more than one form of it.
std::optional<Bytes> encode(const mux::Frame& frame) {
  using Encoded = std::optional<Bytes>;
  return std::visit(
      Overloaded{
          [](const mux::Padding&) -> Encoded { return std::nullopt; },
          [](const mux::Open& open) -> Encoded {
            Bytes octets;
            mux::encode_open(open.stream, open.target, octets);
            return octets;
          },
          [](const mux::Data& data) -> Encoded {
            return joined(mux::data_head(data.stream, data.octets.size()), data.octets);
          },
          [](const mux::Datagram& datagram) -> Encoded { return encode_datagram(datagram); },
          [](const mux::Window& window) -> Encoded {
            return joined(mux::window_frame(window.stream, window.credit), {});
          },
          [](const mux::Fin& fin) -> Encoded { return joined(mux::fin_frame(fin.stream), {}); },
          [](const mux::Reset& reset) -> Encoded {
            if (reset.reason == mux::Reason::none) return std::nullopt;
            return joined(mux::reset_frame(reset.stream, reset.reason), {});
          },
          [](const mux::Ping& ping) -> Encoded { return joined(mux::ping_frame(ping.opaque), {}); },
          [](const mux::Pong& pong) -> Encoded { return joined(mux::pong_frame(pong.opaque), {}); },
      },
      frame);
}

// An IPv4 address in its mapped form has a shorter form of ours.
bool names_a_mapped_address(ByteView frame) {
  static constexpr std::uint8_t kPrefix[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return !std::ranges::search(frame, kPrefix).empty();
}

void check_frame(ByteView input) {
  const Bytes frame = to_bytes(input);  // of exactly that size, for the sanitizer
  const auto result = mux::parse_frame(frame, Sender::client);
  const bool from_server =
      std::holds_alternative<mux::Frame>(mux::parse_frame(frame, Sender::server));
  const auto* const parsed = std::get_if<mux::Frame>(&result);
  require(parsed != nullptr || !from_server, "the client may send all that the server may");
  if (parsed == nullptr) return;
  require(frame.size() == mux::FrameShape::size_of(frame), "a frame has the size that it says");
  require(!from_server || !std::holds_alternative<mux::Open>(*parsed), "the server opens nothing");
  const auto encoded = encode(*parsed);
  if (!encoded) return;
  require(*encoded == frame || names_a_mapped_address(frame), "what parses encodes to itself");
}

}  // namespace
}  // namespace fullcone

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fullcone;
  const ByteView input(data, size);
  check_frame(input);
  mux::FrameCutter whole;
  std::size_t octets = 0;
  whole.feed(input, [&](ByteView frame) {
    check_frame(frame);
    octets += frame.size();
    return true;
  });
  require(octets + whole.buffered() == size, "every octet is accounted for");
  mux::FrameCutter split;
  std::size_t again = 0;
  for (std::size_t at = 0; at < size; ++at) {
    split.feed(input.subspan(at, 1), [&](ByteView frame) {
      again += frame.size();
      return true;
    });
  }
  require(again == octets && split.buffered() == whole.buffered(), "splits change nothing");
  return 0;
}
