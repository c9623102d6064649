// A machine on the network: its access link, each way, the site it stands in, and the NAT that it
// stands behind. Hosts of one site reach each other past their links, as in one room.
#pragma once

#include <cstdint>
#include <optional>

#include "simulator/datagram_link.hpp"
#include "simulator/link_settings.hpp"

namespace fullcone::sim {

class Router;

enum class SiteId : std::uint64_t {};

struct Host {
  LinkSettings link;                   // may be changed at any time
  std::optional<LinkSettings> inward;  // towards the host, where that differs
  SiteId site{};
  DatagramLink uplink;
  DatagramLink downlink;
  Router* behind = nullptr;  // whose realm its addresses are of; null: the Internet's
  Router* router = nullptr;  // what it is itself; null: an end of the network

  const LinkSettings& up() const { return link; }
  const LinkSettings& down() const { return inward ? *inward : link; }
};

inline constexpr Duration kInsideSite = 50us;  // one way

}  // namespace fullcone::sim
