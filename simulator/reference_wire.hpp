// The tables of SPEC.md read and written once more, so that a mistake of impl/wire, from which only
// types of data come, is not repeated by who judges it. Rules: HDR-1..5, UDP-1, CRUM-3, CRUM-9.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "wire/request_header.hpp"

namespace fullcone::sim {

using Octets16 = std::array<std::uint8_t, 16>;

struct ReferenceRequest {
  std::uint8_t version = 0;
  Octets16 user{};
  Octets16 session{};
  MappingPolicy mapping = MappingPolicy::by_destination;
  bool skips_addons = false;  // one of an unknown type, or one that its command does not read
  Command command{};
  std::optional<Destination> destination;
  std::size_t octets = 0;  // its length
};

// Not whole yet; `rule` speaks of the part at which it ends.
struct Unfinished {
  std::string_view rule;
};
struct Refused {
  std::string_view rule;
};
using ReadRequest = std::variant<Unfinished, Refused, ReferenceRequest>;

// Judged on the byte that shows it (HDR-5); what follows the request is not looked at.
ReadRequest read_request(ByteView octets);

// The largest payload of a UDP datagram (UDP-5).
std::size_t largest_datagram(Family family);
// A datagram on an isolated channel.
Bytes frame_of(ByteView payload);
// Whether a datagram has an UMFURS form (CRUM-9), and what it is.
bool has_umfurs_form(const Endpoint& source, ByteView payload);
Bytes umfurs_of(const Endpoint& source, ByteView payload);
// Whom the body of an UMFURS, what follows its length, names; nullopt: it is not well-formed.
std::optional<Endpoint> umfurs_sender(ByteView body);

}  // namespace fullcone::sim
