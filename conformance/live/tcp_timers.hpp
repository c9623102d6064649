// The kernel's table of TCP connections: the only window on the timers of somebody else's socket.
#pragma once

#include <optional>
#include <string>

#include "base/endpoint.hpp"
#include "base/time.hpp"

namespace fullcone::conformance {

// One line of /proc/net/tcp or tcp6: "  0: 0100007F:1F90 0100007F:C0A2 01 0:0 02:00000B3F …".
struct TcpTableLine {
  Endpoint local;
  Endpoint remote;
  int timer = 0;  // 0 none, 1 retransmission, 2 keepalive
  Duration due_in{};
};
std::optional<TcpTableLine> parse_tcp_table_line(const std::string& line);

// How long until the socket of this machine with these endpoints sends a keepalive probe; nullopt:
// there is no such socket, or no such timer.
std::optional<Duration> keepalive_due(const Endpoint& local, const Endpoint& remote);

}  // namespace fullcone::conformance
