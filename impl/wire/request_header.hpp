// The request: the first octets of a VLESS connection inside TLS.
//
//   version 1 | uuid 16 | addons-length 1 | addons N | command 1 | [port 2 | atyp 1 | address]
//
// The address is there for TCP and UDP only. In v0 the addons are skipped; in v1 they are TLVs
// (type 1 | length 1 | value): 0x01 SESSION (16 octets), 0x02 MAPPING (1 octet: 0 or 1), others
// skipped. Whether the UUID is known is not judged here. Rules: HDR-1..5.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "base/parse.hpp"
#include "base/uuid.hpp"
#include "wire/address.hpp"

namespace fullcone {

enum class Command : std::uint8_t { tcp = 1, udp = 2, mux = 3, crumfurs = 4 };

// How a session's destinations share external ports (rules CONE-1..3 and CONE-E).
enum class MappingPolicy : std::uint8_t { by_destination = 0, endpoint_independent = 1 };

using SessionId = Uuid;

struct RequestHeader {
  std::uint8_t version = 1;  // 0 or 1
  Uuid user;
  SessionId session;  // all zero when the SESSION TLV is absent, and in v0
  MappingPolicy mapping = MappingPolicy::by_destination;
  Command command = Command::tcp;
  std::optional<Destination> destination;  // set exactly for Command::tcp and Command::udp
  bool operator==(const RequestHeader&) const = default;
};

// 1 + 16 + 1 + 255 + 1 + 259 octets.
inline constexpr std::size_t kMaxRequestHeader = 533;

// Judges each field on the octet that shows a fault (HDR-5); octets after the header are not
// consumed. MAPPING is read only where the command is CRUMFURS.
ParseResult<RequestHeader> parse_request_header(ByteView input);

// Appends the header. v1 writes SESSION when it is not all zero, MAPPING when it is not 0.
void encode_request_header(const RequestHeader& header, Bytes& out);

// The v0 response (RSP-0): version 1 | addons-length 1 | addons N; our own is always 00 00.
// The value is the number of addons octets, all of them consumed.
ParseResult<std::uint8_t> parse_v0_response(ByteView input);

}  // namespace fullcone
