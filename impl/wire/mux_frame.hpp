// The frames of a mux connection, in both directions, behind the request.
//
//   type 1 | stream 4 | length 2 | body          stream 0 is the connection itself
//
//   0 PADDING   anything; ignored                5 FIN    nothing
//   1 OPEN      1 | port 2 | atyp 1 | address    6 RESET  reason 1
//               (TCP), or 2 (UDP)                7 PING   8 octets
//   2 DATA      octets of the stream             8 PONG   the PING's 8 octets
//   3 DATAGRAM  atyp 1 | address | port 2 | payload
//   4 WINDOW    credit 4, in octets
//
// What a frame means to its stream (credit, order of ids, the end) is not judged here. Rules:
// MUX-1..4; the layout is MUX-4's "malformed".
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "base/bytes.hpp"
#include "base/parse.hpp"
#include "wire/address.hpp"
#include "wire/datagram_frame.hpp"
#include "wire/message_cutter.hpp"

namespace fullcone::mux {

enum class StreamId : std::uint32_t {};
inline constexpr StreamId kConnection{0};

enum class Sender : std::uint8_t { client, server };

enum class Reason : std::uint8_t {
  none = 0,           // an unknown reason reads as this
  target_failed = 1,  // it refused, did not resolve, timed out or was cut
  not_allowed = 2,    // against policy or beyond a limit
  no_such_stream = 3,
  broke_rules = 4,
};

struct Padding {};
struct Open {
  StreamId stream{};
  std::optional<Destination> target;  // of TCP; nullopt: UDP
};
struct Data {
  StreamId stream{};
  ByteView octets;  // a view into the parsed input
};
struct Datagram {
  StreamId stream{};
  Destination peer;
  ByteView payload;  // a view into the parsed input
};
struct Window {
  StreamId stream{};
  std::uint32_t credit = 0;
};
struct Fin {
  StreamId stream{};
};
struct Reset {
  StreamId stream{};
  Reason reason = Reason::none;
};
struct Ping {
  std::uint64_t opaque = 0;
};
struct Pong {
  std::uint64_t opaque = 0;
};
using Frame = std::variant<Padding, Open, Data, Datagram, Window, Fin, Reset, Ping, Pong>;

inline constexpr std::size_t kFrameHead = 7;
inline constexpr std::size_t kMaxBody = 65535;
inline constexpr std::uint32_t kFirstCredit = 262144;  // of each direction of a TCP stream (MUX-2)

// Parses one whole frame, head included.
std::variant<Frame, Malformed> parse_frame(ByteView frame, Sender from);

// The largest payload that a DATAGRAM has room for; a longer one cannot be sent.
inline constexpr std::size_t max_datagram_payload(Family family) {
  return family == Family::ipv4 ? kMaxBody - 7 : kMaxBody - 19;
}

// What goes before `size` <= kMaxBody octets of the stream.
FrameHead data_head(StreamId stream, std::size_t size);
// What goes before a payload. Precondition: payload_size <= max_datagram_payload(peer.family()).
FrameHead datagram_head(StreamId stream, const Endpoint& peer, std::size_t payload_size);
// The same for a name, which stands between the two: head, name, port, payload.
struct NamedHead {
  FrameHead before_name;
  FrameHead port;
};
// Precondition: the name has 1 to 255 octets; payload_size <= kMaxBody - 4 - the name's.
NamedHead datagram_head(StreamId stream, const NamedEndpoint& peer, std::size_t payload_size);

FrameHead window_frame(StreamId stream, std::uint32_t credit);
FrameHead fin_frame(StreamId stream);
FrameHead reset_frame(StreamId stream, Reason reason);
FrameHead ping_frame(std::uint64_t opaque);
FrameHead pong_frame(std::uint64_t opaque);
void encode_open(StreamId stream, const std::optional<Destination>& target, Bytes& out);

// How a stream of octets is cut into frames.
struct FrameShape {
  static constexpr std::size_t kHeadOctets = kFrameHead;
  static std::size_t size_of(ByteView frame) {
    return kFrameHead + (static_cast<std::size_t>(frame[5]) << 8 | frame[6]);
  }
};
using FrameCutter = MessageCutter<FrameShape>;

}  // namespace fullcone::mux
