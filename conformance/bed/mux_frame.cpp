#include "conformance/bed/mux_frame.hpp"

#include "conformance/bed/request.hpp"
#include "conformance/describe.hpp"

namespace fullcone::conformance {
namespace {

constexpr std::size_t kPort = 2;  // octets of it

Bytes u32(std::uint32_t value) {
  return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
          static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}

std::string name_of(FrameType type) {
  constexpr std::string_view kNames[] = {"PADDING", "OPEN",  "DATA", "DATAGRAM", "WINDOW",
                                         "FIN",     "RESET", "PING", "PONG"};
  const auto number = static_cast<std::size_t>(type);
  return number < std::size(kNames) ? std::string(kNames[number])
                                    : "a frame of type " + std::to_string(number);
}

}  // namespace

Bytes MuxFrame::encode() const {
  Bytes octets{static_cast<std::uint8_t>(type)};
  append(octets, u32(stream));
  append(octets, frame(as_text(body)));
  return octets;
}

std::string describe(const MuxFrame& frame) {
  const std::string what = name_of(frame.type) + " of stream " + std::to_string(frame.stream);
  return frame.body.empty() ? what : what + ", " + describe(as_text(frame.body));
}

MuxFrame open_tcp_frame(std::uint32_t stream, const Bytes& address) {
  return {FrameType::open, stream, Bytes{1} + address};
}

MuxFrame open_udp_frame(std::uint32_t stream) { return {FrameType::open, stream, Bytes{2}}; }

MuxFrame data_frame(std::uint32_t stream, std::string_view octets) {
  return {FrameType::data, stream, to_bytes(octets)};
}

MuxFrame datagram_frame(std::uint32_t stream, const Destination& peer, std::string_view payload) {
  return {FrameType::datagram, stream, peer_address(peer) + to_bytes(payload)};
}

MuxFrame window_frame(std::uint32_t stream, std::uint32_t credit) {
  return {FrameType::window, stream, u32(credit)};
}

MuxFrame fin_frame(std::uint32_t stream) { return {FrameType::fin, stream}; }

MuxFrame reset_frame(std::uint32_t stream, std::uint8_t reason) {
  return {FrameType::reset, stream, Bytes{reason}};
}

MuxFrame ping_frame(std::string_view opaque) { return {FrameType::ping, 0, to_bytes(opaque)}; }

Bytes peer_address(const Destination& peer) {
  const auto* const named = std::get_if<NamedEndpoint>(&peer);
  Bytes octets = named != nullptr ? request_address(named->host, named->port)
                                  : request_address(std::get<Endpoint>(peer));
  const Bytes port(octets.begin(), octets.begin() + kPort);
  octets.erase(octets.begin(), octets.begin() + kPort);
  return octets + port;
}

}  // namespace fullcone::conformance
