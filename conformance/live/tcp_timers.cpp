#include "conformance/live/tcp_timers.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

namespace fullcone::conformance {
namespace {

constexpr int kKeepalive = 2;
constexpr Duration kTick = std::chrono::milliseconds(10);  // USER_HZ is 100 everywhere

std::optional<unsigned long> hex_number(std::string_view text) {
  unsigned long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "0100007F:1F90", each word of the address in the machine's own order; little-endian is assumed.
std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon % 8 != 0) return std::nullopt;
  const auto port = hex_number(text.substr(colon + 1));
  Bytes octets;
  for (std::size_t word = 0; word < colon; word += 8) {
    for (std::size_t i = 8; i > 0; i -= 2) {
      const auto octet = hex_number(text.substr(word + i - 2, 2));
      if (!octet) return std::nullopt;
      octets.push_back(static_cast<std::uint8_t>(*octet));
    }
  }
  const auto ip = IpAddress::from_octets(octets);
  if (!ip || !port) return std::nullopt;
  return Endpoint{*ip, static_cast<std::uint16_t>(*port)};
}

}  // namespace

std::optional<TcpTableLine> parse_tcp_table_line(const std::string& line) {
  std::istringstream fields(line);
  std::string number, local, remote, state, queues, timer;
  fields >> number >> local >> remote >> state >> queues >> timer;
  const auto from = parse_endpoint(local);
  const auto to = parse_endpoint(remote);
  const auto colon = timer.find(':');
  if (!from || !to || colon == std::string::npos) return std::nullopt;
  const auto kind = hex_number(std::string_view(timer).substr(0, colon));
  const auto ticks = hex_number(std::string_view(timer).substr(colon + 1));
  if (!kind || !ticks) return std::nullopt;
  return TcpTableLine{*from, *to, static_cast<int>(*kind), kTick * static_cast<long>(*ticks)};
}

std::optional<Duration> keepalive_due(const Endpoint& local, const Endpoint& remote) {
  for (const char* const table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream lines(table);
    for (std::string line; std::getline(lines, line);) {
      const auto found = parse_tcp_table_line(line);
      if (!found || found->local != local || found->remote != remote) continue;
      if (found->timer != kKeepalive) return std::nullopt;
      return found->due_in;
    }
  }
  return std::nullopt;
}

}  // namespace fullcone::conformance
