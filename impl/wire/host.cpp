#include "wire/host.hpp"

#include <cassert>
#include <utility>

namespace fullcone {
namespace {

ParseResult<Host> parse_ip(ByteView input, std::size_t size) {
  if (input.size() < size) return NeedMore{};
  return {*IpAddress::from_octets(input.first(size)), size};
}

ParseResult<Host> parse_domain(ByteView input) {
  ByteReader reader(input);
  const auto length = reader.u8();
  if (!length) return NeedMore{};
  if (*length == 0) return Malformed{"empty domain name", 0};
  const auto name = reader.take(*length);
  if (!name) return NeedMore{};
  return {std::string(as_text(*name)), reader.consumed()};
}

}  // namespace

ParseResult<Host> parse_host(HostKind kind, ByteView input) {
  switch (kind) {
    case HostKind::ipv4:
      return parse_ip(input, 4);
    case HostKind::ipv6:
      return parse_ip(input, 16);
    case HostKind::domain:
      break;
  }
  return parse_domain(input);
}

HostKind host_kind(const Destination& destination) {
  const auto* endpoint = std::get_if<Endpoint>(&destination);
  if (endpoint == nullptr) return HostKind::domain;
  return endpoint->family() == Family::ipv4 ? HostKind::ipv4 : HostKind::ipv6;
}

std::uint16_t port_of(const Destination& destination) {
  return std::visit([](const auto& named) { return named.port; }, destination);
}

Destination destination_of(Host&& host, std::uint16_t port) {
  if (auto* name = std::get_if<std::string>(&host)) return NamedEndpoint{std::move(*name), port};
  return Endpoint{std::get<IpAddress>(host), port};
}

ByteView host_octets(const Destination& destination) {
  if (const auto* endpoint = std::get_if<Endpoint>(&destination)) return endpoint->ip.octets();
  const ByteView name = as_bytes(std::get<NamedEndpoint>(destination).host);
  assert(!name.empty() && name.size() <= 255);
  return name;
}

}  // namespace fullcone
