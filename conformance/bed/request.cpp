#include "conformance/bed/request.hpp"

namespace fullcone::conformance {
namespace {

Bytes u16(std::size_t value) {
  return {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value & 0xff)};
}

}  // namespace

Bytes Request::encode() const {
  Bytes octets{version};
  append(octets, user.octets);
  octets.push_back(static_cast<std::uint8_t>(addons.size()));
  append(octets, addons);
  octets.push_back(command);
  append(octets, address);
  return octets;
}

Bytes request_address(const Endpoint& endpoint) {
  Bytes octets = u16(endpoint.port);
  octets.push_back(endpoint.ip.is_v4() ? 1 : 3);
  append(octets, endpoint.ip.octets());
  return octets;
}

Bytes request_address(std::string_view name, std::uint16_t port) {
  Bytes octets = u16(port);
  octets.push_back(2);
  octets.push_back(static_cast<std::uint8_t>(name.size()));
  append(octets, as_bytes(name));
  return octets;
}

Bytes request_address_mapped(const Endpoint& endpoint) {
  Bytes octets = u16(endpoint.port);
  octets.push_back(3);
  append(octets, endpoint.ip.mapped());
  return octets;
}

Bytes addon(std::uint8_t type, ByteView value) {
  Bytes octets{type, static_cast<std::uint8_t>(value.size())};
  append(octets, value);
  return octets;
}

Bytes session_addon(const Uuid& session) { return addon(1, session.octets); }

Bytes mapping_addon(std::uint8_t value) { return addon(2, {&value, 1}); }

Bytes operator+(Bytes left, const Bytes& right) {
  append(left, right);
  return left;
}

Bytes frame(std::string_view payload) {
  Bytes octets = u16(payload.size());
  append(octets, as_bytes(payload));
  return octets;
}

}  // namespace fullcone::conformance
