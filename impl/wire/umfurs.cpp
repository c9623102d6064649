#include "wire/umfurs.hpp"

#include <cassert>

#include "wire/address.hpp"

namespace fullcone {

FrameHead umfurs_head(const Endpoint& source, std::size_t payload_size) {
  assert(payload_size >= 1 && payload_size <= max_umfurs_payload(source.family()));
  const ByteView ip = source.ip.octets();
  FrameHead head;
  head.u16(static_cast<std::uint16_t>(1 + ip.size() + 2 + payload_size))
      .u8(vless_atyp(source.family()))
      .append(ip)
      .u16(source.port);
  return head;
}

std::variant<Umfurs, Malformed> parse_umfurs_body(ByteView body) {
  ByteReader reader(body);
  const auto atyp = reader.u8();
  if (!atyp) return Malformed{"empty message", 0};
  if (*atyp != kVlessIpv4 && *atyp != kVlessIpv6) return Malformed{"unknown address type", 0};
  const auto ip = reader.take(*atyp == kVlessIpv4 ? 4 : 16);
  const auto port = ip ? reader.u16() : std::nullopt;
  if (!port) return Malformed{"message ends inside the source", body.size()};
  if (reader.remaining() == 0) return Malformed{"empty payload", body.size()};
  return Umfurs{Endpoint{*IpAddress::from_octets(*ip), *port}, reader.rest()};
}

}  // namespace fullcone
