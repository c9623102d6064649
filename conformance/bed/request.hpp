// A VLESS request with every octet in the case's hand, malformed ones included. On purpose not
// wire's encoder: the suite shares no faults with what it judges.
//
//   version 1 | uuid 16 | addons-length 1 | addons N | command 1 | [port 2 | atyp 1 | address]
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/uuid.hpp"

namespace fullcone::conformance {

struct Request {
  std::uint8_t version = 1;
  Uuid user;
  Bytes addons;
  std::uint8_t command = 0;
  Bytes address;  // port, atyp and address: with TCP and UDP only

  Bytes encode() const;
};

// port 2 | atyp 1 | address
Bytes request_address(const Endpoint& endpoint);
Bytes request_address(std::string_view name, std::uint16_t port);
// An IPv4 endpoint in its IPv6 form, ::ffff:a.b.c.d.
Bytes request_address_mapped(const Endpoint& endpoint);

// type 1 | length 1 | value
Bytes addon(std::uint8_t type, ByteView value);
Bytes session_addon(const Uuid& session);
Bytes mapping_addon(std::uint8_t value);

Bytes operator+(Bytes left, const Bytes& right);

// length 2 | payload
Bytes frame(std::string_view payload);

}  // namespace fullcone::conformance
