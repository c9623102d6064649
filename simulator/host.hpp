// A machine on the network: its access link, each way, and the site it stands in. Hosts of one site
// reach each other past their links, as in one room.
#pragma once

#include <cstdint>

#include "simulator/datagram_link.hpp"
#include "simulator/link_settings.hpp"

namespace fullcone::sim {

enum class SiteId : std::uint64_t {};

struct Host {
  LinkSettings link;  // may be changed at any time
  SiteId site{};
  DatagramLink uplink;
  DatagramLink downlink;
};

inline constexpr Duration kInsideSite = 50us;  // one way

}  // namespace fullcone::sim
