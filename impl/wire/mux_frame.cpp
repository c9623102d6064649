#include "wire/mux_frame.hpp"

#include <cassert>
#include <utility>

namespace fullcone::mux {
namespace {

enum class Type : std::uint8_t {
  padding = 0,
  open = 1,
  data = 2,
  datagram = 3,
  window = 4,
  fin = 5,
  reset = 6,
  ping = 7,
  pong = 8,
};

constexpr std::uint8_t kTcp = 1;
constexpr std::uint8_t kUdp = 2;
constexpr std::size_t kOpaque = 8;  // octets of a PING and its PONG

using Result = std::variant<Frame, Malformed>;

FrameHead head_of(Type type, StreamId stream, std::size_t size) {
  assert(size <= kMaxBody);
  FrameHead head;
  head.u8(static_cast<std::uint8_t>(type))
      .u32(static_cast<std::uint32_t>(stream))
      .u16(static_cast<std::uint16_t>(size));
  return head;
}

FrameHead opaque_frame(Type type, std::uint64_t opaque) {
  FrameHead frame = head_of(type, kConnection, kOpaque);
  frame.u32(static_cast<std::uint32_t>(opaque >> 32)).u32(static_cast<std::uint32_t>(opaque));
  return frame;
}

// Offsets of faults count from the frame's first octet.
Malformed in_body(std::string_view why, std::size_t at = 0) { return {why, kFrameHead + at}; }

// PING and PONG belong to the connection, PADDING to anybody, the others to a stream.
std::optional<Malformed> judge_stream(Type type, StreamId stream) {
  const bool of_connection = type == Type::ping || type == Type::pong;
  if (type == Type::padding || of_connection == (stream == kConnection)) return std::nullopt;
  return Malformed{of_connection ? "a stream that must be 0" : "stream 0", 1};
}

Result parse_open(StreamId stream, ByteView body, Sender from) {
  if (from == Sender::server) return Malformed{"OPEN from the server", 0};
  ByteReader reader(body);
  const auto network = reader.u8();
  if (network == kUdp) {
    if (reader.remaining() != 0) return in_body("OPEN of UDP with more than its network", 1);
    return Open{stream, std::nullopt};
  }
  if (network != kTcp) return in_body("unknown network");
  auto target = parse_vless_address(reader.rest());
  if (const auto* const fault = target.malformed()) return in_body(fault->why, 1 + fault->offset);
  if (target.needs_more()) return in_body("OPEN ends inside its target", body.size());
  if (target.consumed() != reader.remaining()) {
    return in_body("octets behind OPEN's target", 1 + target.consumed());
  }
  return Open{stream, std::move(target.value())};
}

Result parse_datagram(StreamId stream, ByteView body, Sender from) {
  auto peer = parse_vless_peer(body);
  if (const auto* const fault = peer.malformed()) return in_body(fault->why, fault->offset);
  if (peer.needs_more()) return in_body("DATAGRAM ends inside its address", body.size());
  if (from == Sender::server && std::holds_alternative<NamedEndpoint>(peer.value())) {
    return in_body("a domain from the server");
  }
  return Datagram{stream, std::move(peer.value()), body.subspan(peer.consumed())};
}

Result parse_window(StreamId stream, ByteView body) {
  ByteReader reader(body);
  const auto credit = reader.u32();
  if (!credit || reader.remaining() != 0) return in_body("WINDOW's credit has 4 octets");
  return Window{stream, *credit};
}

Result parse_reset(StreamId stream, ByteView body) {
  if (body.size() != 1) return in_body("RESET's reason has 1 octet");
  const bool known = body[0] <= static_cast<std::uint8_t>(Reason::broke_rules);
  return Reset{stream, known ? Reason{body[0]} : Reason::none};
}

template <class Opaque>
Result parse_opaque(ByteView body) {
  if (body.size() != kOpaque) return in_body("PING and PONG have 8 octets");
  return Opaque{load_u64(body.data())};
}

}  // namespace

std::variant<Frame, Malformed> parse_frame(ByteView frame, Sender from) {
  ByteReader reader(frame);
  const auto octet = reader.u8();
  const auto number = reader.u32();
  const auto length = reader.u16();
  if (!octet || !number || !length || *length != reader.remaining()) {
    return Malformed{"not one whole frame", 0};
  }
  if (*octet > static_cast<std::uint8_t>(Type::pong)) return Malformed{"unknown frame type", 0};
  const Type type{*octet};
  const StreamId stream{*number};
  if (const auto fault = judge_stream(type, stream)) return *fault;

  const ByteView body = reader.rest();
  switch (type) {
    case Type::padding:
      return Padding{};
    case Type::open:
      return parse_open(stream, body, from);
    case Type::data:
      return Data{stream, body};
    case Type::datagram:
      return parse_datagram(stream, body, from);
    case Type::window:
      return parse_window(stream, body);
    case Type::fin:
      if (!body.empty()) return in_body("FIN with a body");
      return Fin{stream};
    case Type::reset:
      return parse_reset(stream, body);
    case Type::ping:
      return parse_opaque<Ping>(body);
    case Type::pong:
      break;
  }
  return parse_opaque<Pong>(body);
}

FrameHead data_head(StreamId stream, std::size_t size) { return head_of(Type::data, stream, size); }

FrameHead datagram_head(StreamId stream, const Endpoint& peer, std::size_t payload_size) {
  const ByteView ip = peer.ip.octets();
  FrameHead head = head_of(Type::datagram, stream, 1 + ip.size() + 2 + payload_size);
  head.u8(vless_atyp(peer.family())).append(ip).u16(peer.port);
  return head;
}

NamedHead datagram_head(StreamId stream, const NamedEndpoint& peer, std::size_t payload_size) {
  assert(!peer.host.empty() && peer.host.size() <= 255);
  NamedHead head{head_of(Type::datagram, stream, 1 + 1 + peer.host.size() + 2 + payload_size), {}};
  head.before_name.u8(kVlessDomain).u8(static_cast<std::uint8_t>(peer.host.size()));
  head.port.u16(peer.port);
  return head;
}

FrameHead window_frame(StreamId stream, std::uint32_t credit) {
  FrameHead frame = head_of(Type::window, stream, 4);
  frame.u32(credit);
  return frame;
}

FrameHead fin_frame(StreamId stream) { return head_of(Type::fin, stream, 0); }

FrameHead reset_frame(StreamId stream, Reason reason) {
  FrameHead frame = head_of(Type::reset, stream, 1);
  frame.u8(static_cast<std::uint8_t>(reason));
  return frame;
}

FrameHead ping_frame(std::uint64_t opaque) { return opaque_frame(Type::ping, opaque); }
FrameHead pong_frame(std::uint64_t opaque) { return opaque_frame(Type::pong, opaque); }

void encode_open(StreamId stream, const std::optional<Destination>& target, Bytes& out) {
  Bytes body;
  body.push_back(target ? kTcp : kUdp);
  if (target) encode_vless_address(*target, body);
  append(out, head_of(Type::open, stream, body.size()).view());
  append(out, body);
}

}  // namespace fullcone::mux
