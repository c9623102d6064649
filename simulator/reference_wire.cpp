#include "simulator/reference_wire.hpp"

#include <algorithm>
#include <string>

namespace fullcone::sim {
namespace {

constexpr std::size_t kAddonsAt = 18;

void append_u16(Bytes& octets, std::size_t number) {
  octets.push_back(static_cast<std::uint8_t>(number >> 8));
  octets.push_back(static_cast<std::uint8_t>(number & 0xff));
}

struct Addons {
  std::uint8_t mapping = 0;
  bool any_mapping = false;
  bool any_session = false;
  bool any_unknown = false;
};

// HDR-2. `octets` is the request; nullopt: all `end` octets are there and well-formed.
std::optional<ReadRequest> read_addons(ByteView octets, std::size_t end, Addons& addons,
                                       ReferenceRequest& request) {
  for (std::size_t at = kAddonsAt; at < end;) {
    if (octets.size() <= at) return Unfinished{"HDR-2"};
    const std::uint8_t type = octets[at];
    if (at + 1 == end) return Refused{"HDR-2"};
    if (octets.size() <= at + 1) return Unfinished{"HDR-2"};
    const std::size_t length = octets[at + 1];
    if (at + 2 + length > end) return Refused{"HDR-2"};
    if ((type == 1 && length != 16) || (type == 2 && length != 1)) return Refused{"HDR-2"};
    if (octets.size() < at + 2 + length) return Unfinished{"HDR-2"};
    if (type == 1) {
      std::copy_n(octets.begin() + static_cast<std::ptrdiff_t>(at + 2), 16,
                  request.session.begin());
      addons.any_session = true;
    } else if (type == 2) {
      addons.mapping = octets[at + 2];
      addons.any_mapping = true;
    } else {
      addons.any_unknown = true;
    }
    at += 2 + length;
  }
  return std::nullopt;
}

// HDR-4: port 2, atyp 1, address. `at` is where the port begins.
ReadRequest read_destination(ByteView octets, std::size_t at, ReferenceRequest request) {
  if (octets.size() < at + 3) return Unfinished{"HDR-4"};
  const auto port = static_cast<std::uint16_t>(octets[at] << 8 | octets[at + 1]);
  const std::uint8_t atyp = octets[at + 2];
  if (atyp < 1 || atyp > 3) return Refused{"HDR-4"};
  at += 3;
  std::size_t length = atyp == 1 ? 4 : 16;
  if (atyp == 2) {
    if (octets.size() <= at) return Unfinished{"HDR-4"};
    length = octets[at++];
    if (length == 0) return Refused{"HDR-4"};
  }
  if (octets.size() < at + length) return Unfinished{"HDR-4"};
  const ByteView address = octets.subspan(at, length);
  if (atyp == 2) {
    request.destination = NamedEndpoint{std::string(address.begin(), address.end()), port};
  } else {
    request.destination = Endpoint{*IpAddress::from_octets(address), port};
  }
  request.octets = at + length;
  return request;
}

}  // namespace

ReadRequest read_request(ByteView octets) {
  if (octets.empty()) return Unfinished{"HDR-5"};
  ReferenceRequest request;
  request.version = octets[0];
  if (request.version > 1) return Refused{"HDR-1"};
  if (octets.size() < kAddonsAt) return Unfinished{"HDR-5"};
  std::copy_n(octets.begin() + 1, 16, request.user.begin());
  const std::size_t command_at = kAddonsAt + octets[17];
  Addons addons;
  if (request.version == 1) {
    if (const auto ended = read_addons(octets, command_at, addons, request)) return *ended;
  }
  if (octets.size() <= command_at) return Unfinished{"HDR-2"};
  const std::uint8_t command = octets[command_at];
  if (command < 1 || command > (request.version == 0 ? 2 : 4)) return Refused{"HDR-3"};
  request.command = static_cast<Command>(command);
  const bool crumfurs = request.command == Command::crumfurs;
  if (crumfurs && addons.mapping > 1) return Refused{"HDR-2"};
  if (crumfurs && addons.mapping == 1) request.mapping = MappingPolicy::endpoint_independent;
  request.skips_addons = addons.any_unknown || (!crumfurs && addons.any_mapping) ||
                         (!crumfurs && request.command != Command::udp && addons.any_session);
  request.octets = command_at + 1;
  if (command > 2) return request;
  return read_destination(octets, command_at + 1, std::move(request));
}

std::size_t largest_datagram(Family family) { return family == Family::ipv4 ? 65507 : 65527; }

Bytes frame_of(ByteView payload) {
  Bytes octets;
  append_u16(octets, payload.size());
  append(octets, payload);
  return octets;
}

bool has_umfurs_form(const Endpoint& source, ByteView payload) {
  const std::size_t most = source.family() == Family::ipv4 ? 65528 : 65516;
  return !payload.empty() && payload.size() <= most;
}

Bytes umfurs_of(const Endpoint& source, ByteView payload) {
  const bool v4 = source.family() == Family::ipv4;
  Bytes octets;
  append_u16(octets, (v4 ? 7 : 19) + payload.size());
  octets.push_back(v4 ? 1 : 3);
  append(octets, source.ip.octets());
  append_u16(octets, source.port);
  append(octets, payload);
  return octets;
}

std::optional<Endpoint> umfurs_sender(ByteView body) {
  if (body.empty() || (body[0] != 1 && body[0] != 3)) return std::nullopt;
  const std::size_t address = body[0] == 1 ? 4 : 16;
  if (body.size() < 1 + address + 2 + 1) return std::nullopt;
  const auto port = static_cast<std::uint16_t>(body[1 + address] << 8 | body[2 + address]);
  return Endpoint{*IpAddress::from_octets(body.subspan(1, address)), port};
}

}  // namespace fullcone::sim
