#include "simulator/reference_mux_frame.hpp"

#include <string>

namespace fullcone::sim {
namespace {

constexpr std::size_t kHead = 7;

std::uint16_t u16_at(ByteView octets, std::size_t at) {
  return static_cast<std::uint16_t>(octets[at] << 8 | octets[at + 1]);
}

// Octets of an address, atyp included; nullopt: there is none.
std::optional<std::size_t> address_size(ByteView octets) {
  if (octets.empty()) return std::nullopt;
  std::size_t size = 0;
  if (octets[0] == 1) size = 5;
  if (octets[0] == 3) size = 17;
  if (octets[0] == 2 && octets.size() >= 2 && octets[1] != 0) size = 2 + std::size_t{octets[1]};
  if (size == 0 || octets.size() < size) return std::nullopt;
  return size;
}

// Precondition: `address` is one.
Destination destination_of(ByteView address, std::uint16_t port) {
  if (address[0] == 2) {
    const ByteView name = address.subspan(2);
    return NamedEndpoint{std::string(name.begin(), name.end()), port};
  }
  return Endpoint{*IpAddress::from_octets(address.subspan(1)), port};
}

bool read_open(ReferenceMuxFrame& frame) {
  const ByteView body = frame.body;
  if (body.size() == 1) return body[0] == 2;
  if (body.size() < 4 || body[0] != 1) return false;
  const ByteView address = body.subspan(3);
  if (address_size(address) != address.size()) return false;
  frame.destination = destination_of(address, u16_at(body, 1));
  return true;
}

bool read_datagram(ReferenceMuxFrame& frame, bool from_client) {
  const ByteView body = frame.body;
  const auto address = address_size(body);
  if (!address || body.size() < *address + 2 || (body[0] == 2 && !from_client)) return false;
  frame.destination = destination_of(body.first(*address), u16_at(body, *address));
  frame.body = body.subspan(*address + 2);
  return true;
}

}  // namespace

std::optional<std::size_t> mux_frame_size(ByteView octets) {
  if (octets.size() < kHead) return std::nullopt;
  return kHead + u16_at(octets, 5);
}

std::optional<ReferenceMuxFrame> read_mux_frame(ByteView octets, bool from_client) {
  using Type = ReferenceMuxFrame::Type;
  if (octets[0] > 8) return std::nullopt;
  ReferenceMuxFrame frame;
  frame.type = static_cast<Type>(octets[0]);
  frame.stream = std::uint32_t{u16_at(octets, 1)} << 16 | u16_at(octets, 3);
  frame.body = octets.subspan(kHead);
  const std::size_t size = frame.body.size();
  const bool of_connection = frame.stream == 0;
  const auto when = [&](bool good) { return good ? std::optional(frame) : std::nullopt; };
  switch (frame.type) {
    case Type::padding:
      return frame;
    case Type::open: {
      const bool good = from_client && !of_connection && read_open(frame);
      return when(good);
    }
    case Type::data:
      return when(!of_connection);
    case Type::datagram: {
      const bool good = !of_connection && read_datagram(frame, from_client);
      return when(good);
    }
    case Type::window:
      if (of_connection || size != 4) return std::nullopt;
      frame.credit = std::uint32_t{u16_at(frame.body, 0)} << 16 | u16_at(frame.body, 2);
      return frame;
    case Type::fin:
      return when(!of_connection && size == 0);
    case Type::reset:
      return when(!of_connection && size == 1);
    case Type::ping:
    case Type::pong:
      return when(of_connection && size == 8);
  }
  return std::nullopt;
}

std::size_t largest_mux_datagram(Family family) {
  return 65535 - (family == Family::ipv4 ? 7 : 19);
}

}  // namespace fullcone::sim
