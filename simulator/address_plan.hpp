// Which address everything in a world has.
#pragma once

#include <cstdint>

#include "base/endpoint.hpp"

namespace fullcone::sim {

// Networks of the virtual Internet. They are public unicast space, so that a server's default
// egress policy lets datagrams through; nothing ever leaves the process.
inline constexpr std::uint8_t kServers = 44;
inline constexpr std::uint8_t kClients = 45;
inline constexpr std::uint8_t kPeers = 46;
inline constexpr std::uint8_t kTargets = 47;
inline constexpr std::uint8_t kNats = 48;
inline constexpr std::uint8_t kRoamed = 49;

inline IpAddress address(Family family, std::uint8_t network, std::uint32_t number) {
  const auto high = static_cast<std::uint8_t>(number >> 16);
  const auto middle = static_cast<std::uint8_t>(number >> 8);
  const auto low = static_cast<std::uint8_t>(number);
  if (family == Family::ipv4) return IpAddress::v4(network, high, middle, low);
  return IpAddress::v6({0x2a, 0, 0, network, 0, 0, 0, 0, 0, 0, 0, 0, 0, high, middle, low});
}

}  // namespace fullcone::sim
