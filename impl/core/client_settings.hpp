// What the client core is told by its configuration, and why a connection to the server may fail.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/uuid.hpp"
#include "core/limits.hpp"
#include "wire/request_header.hpp"
#include "wire/socks5.hpp"

namespace fullcone {

struct ClientSettings {
  std::uint8_t version = 1;  // of VLESS: 1, or 0 for today's servers
  Uuid user;
  MappingPolicy mapping = MappingPolicy::by_destination;  // asked of the server for each session
  std::vector<socks5::Credentials> credentials;           // empty: no authentication
  ClientLimits limits;
};

// Why a connection to the server did not come up. SOCKS5's replies speak of the target, of which
// nothing is known then: each of these is a general failure.
enum class ConnectFailure : std::uint8_t {
  unresolved,   // the server's name
  unreachable,  // no route
  refused,
  timed_out,
  tls,  // handshake or verification
  other,
};

}  // namespace fullcone
