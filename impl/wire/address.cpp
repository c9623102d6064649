#include "wire/address.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "wire/host.hpp"

namespace fullcone {
namespace {

std::optional<HostKind> kind_of_atyp(std::uint8_t atyp) {
  switch (atyp) {
    case kVlessIpv4:
      return HostKind::ipv4;
    case kVlessDomain:
      return HostKind::domain;
    case kVlessIpv6:
      return HostKind::ipv6;
    default:
      return std::nullopt;
  }
}

std::uint8_t atyp_of(HostKind kind) {
  if (kind == HostKind::domain) return kVlessDomain;
  return kind == HostKind::ipv4 ? kVlessIpv4 : kVlessIpv6;
}

// `atyp 1 | address` at the reader's place; a fault's offset counts from the reader's start.
ParseResult<Host> read_host(ByteReader& reader) {
  const std::size_t at = reader.consumed();
  const auto atyp = reader.u8();
  if (!atyp) return NeedMore{};
  const auto kind = kind_of_atyp(*atyp);
  if (!kind) return Malformed{"unknown address type", at};
  auto host = parse_host(*kind, reader.rest());
  if (const auto* fault = host.malformed()) {
    return Malformed{fault->why, reader.consumed() + fault->offset};
  }
  if (host.parsed()) reader.take(host.consumed());
  return host;
}

// A peer chooses the name and a log line shows it: what is not printable ASCII becomes \xNN.
std::string printable(std::string_view name) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string shown;
  for (const auto octet : as_bytes(name)) {
    if (octet > 0x20 && octet < 0x7f && octet != '\\') {
      shown.push_back(static_cast<char>(octet));
    } else {
      shown.append("\\x").append({kDigits[octet >> 4], kDigits[octet & 15]});
    }
  }
  return shown;
}

std::uint64_t hash_name(std::uint64_t seed, const NamedEndpoint& named) {
  std::uint64_t hash = seeded_hash(seed, named.host.size(), named.port, 0);
  for (std::size_t at = 0; at < named.host.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, named.host.data() + at, std::min<std::size_t>(8, named.host.size() - at));
    hash = seeded_hash(seed, hash, word, at);
  }
  return hash;
}

}  // namespace

std::string to_string(const Destination& destination) {
  if (const auto* endpoint = std::get_if<Endpoint>(&destination)) return endpoint->to_string();
  const auto& named = std::get<NamedEndpoint>(destination);
  return printable(named.host) + ":" + std::to_string(named.port);
}

std::size_t DestinationHash::operator()(const Destination& destination) const {
  if (const auto* endpoint = std::get_if<Endpoint>(&destination)) {
    return EndpointHash{seed}(*endpoint);
  }
  return static_cast<std::size_t>(hash_name(seed, std::get<NamedEndpoint>(destination)));
}

ParseResult<Destination> parse_vless_address(ByteView input) {
  ByteReader reader(input);
  const auto port = reader.u16();
  if (!port) return NeedMore{};
  auto host = read_host(reader);
  if (host.needs_more()) return NeedMore{};
  if (const auto* const fault = host.malformed()) return *fault;
  return {destination_of(std::move(host.value()), *port), reader.consumed()};
}

ParseResult<Destination> parse_vless_peer(ByteView input) {
  ByteReader reader(input);
  auto host = read_host(reader);
  if (host.needs_more()) return NeedMore{};
  if (const auto* const fault = host.malformed()) return *fault;
  const auto port = reader.u16();
  if (!port) return NeedMore{};
  return {destination_of(std::move(host.value()), *port), reader.consumed()};
}

void encode_vless_address(const Destination& destination, Bytes& out) {
  const HostKind kind = host_kind(destination);
  const ByteView host = host_octets(destination);
  ShortBytes<4> head;
  head.u16(port_of(destination)).u8(atyp_of(kind));
  if (kind == HostKind::domain) head.u8(static_cast<std::uint8_t>(host.size()));
  append(out, head.view());
  append(out, host);
}

}  // namespace fullcone
