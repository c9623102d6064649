// When a mapping was last used in each direction, and so when it has idled out (CONE-11).
#pragma once

#include <algorithm>

#include "base/time.hpp"
#include "core/limits.hpp"

namespace fullcone {

struct MappingTraffic {
  TimePoint last_outbound{};
  TimePoint last_inbound{};

  // Its opening counts as traffic in both directions.
  static MappingTraffic opened(TimePoint now) { return {now, now}; }

  TimePoint expiry(const SessionLimits& limits) const {
    return std::min(std::max(last_outbound, last_inbound) + limits.mapping_idle,
                    last_outbound + limits.mapping_inbound_only);
  }
};

}  // namespace fullcone
