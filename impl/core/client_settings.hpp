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

// How an association reaches its destinations: by an isolated channel each, by one stream of the
// mux connection, or by channels first and, once there are ClientLimits::mux_after of them, by mux.
enum class UdpMode : std::uint8_t { isolated, mux, automatic };
// How a TCP connection reaches its target: by a connection of its own, or by a stream.
enum class TcpMode : std::uint8_t { direct, mux };

struct ClientSettings {
  std::uint8_t version = 1;  // of VLESS: 1, or 0 for today's servers
  Uuid user;
  MappingPolicy mapping = MappingPolicy::by_destination;  // asked of the server for each session
  UdpMode udp = UdpMode::isolated;                        // mux needs v1
  TcpMode tcp = TcpMode::direct;
  std::vector<socks5::Credentials> credentials;  // empty: no authentication
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
