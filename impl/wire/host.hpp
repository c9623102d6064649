// The host part that VLESS and SOCKS5 addresses share, once their own atyp octet has been told
// apart: 4 octets of IPv4, 16 of IPv6, or length 1 (1..255) and a domain name.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/parse.hpp"
#include "wire/address.hpp"

namespace fullcone {

enum class HostKind : std::uint8_t { ipv4, domain, ipv6 };

using Host = std::variant<IpAddress, std::string>;

// Malformed: a domain of length 0, judged by the length alone.
ParseResult<Host> parse_host(HostKind kind, ByteView input);

HostKind host_kind(const Destination& destination);
std::uint16_t port_of(const Destination& destination);
Destination destination_of(Host&& host, std::uint16_t port);

// The octets of a host: the address itself, or the name whose length octet goes before it.
// A view into `destination`. Precondition: a name has 1 to 255 octets.
ByteView host_octets(const Destination& destination);

}  // namespace fullcone
