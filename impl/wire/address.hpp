// A destination as VLESS and SOCKS5 name one: an endpoint, or a domain name with a port.
//
//   VLESS   port 2 | atyp 1 | address      atyp 1 IPv4, 2 domain (length 1..255, name), 3 IPv6
//           atyp 1 | address | port 2      of a datagram's peer: UMFURS, mux DATAGRAM
//   SOCKS5  atyp 1 | address | port 2      atyp 1 IPv4, 3 domain (length 1..255, name), 4 IPv6
//
// Rules: HDR-4; RFC 1928 section 5.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/parse.hpp"

namespace fullcone {

// `host` is 1 to 255 octets, kept as written; it may be an address literal.
struct NamedEndpoint {
  std::string host;
  std::uint16_t port = 0;
  auto operator<=>(const NamedEndpoint&) const = default;
};

using Destination = std::variant<Endpoint, NamedEndpoint>;

// "192.0.2.1:53", "[2001:db8::1]:53" or "example.org:53"; for logs: octets of a name that are not
// printable ASCII become \xNN.
std::string to_string(const Destination& destination);

struct DestinationHash {
  using is_avalanching = void;
  std::uint64_t seed = 0;
  std::size_t operator()(const Destination& destination) const;
};

// 2 + 1 + 1 + 255 octets: the longest address of either order.
inline constexpr std::size_t kMaxEncodedAddress = 259;

inline constexpr std::uint8_t kVlessIpv4 = 1;
inline constexpr std::uint8_t kVlessDomain = 2;
inline constexpr std::uint8_t kVlessIpv6 = 3;
inline constexpr std::uint8_t vless_atyp(Family family) {
  return family == Family::ipv4 ? kVlessIpv4 : kVlessIpv6;
}

ParseResult<Destination> parse_vless_address(ByteView input);
ParseResult<Destination> parse_vless_peer(ByteView input);
void encode_vless_address(const Destination& destination, Bytes& out);

}  // namespace fullcone
