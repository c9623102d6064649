// What befalls the network as a whole: partitions, hosts that move, NATs that restart.
#include <algorithm>
#include <utility>

#include "simulator/network.hpp"

namespace fullcone::sim {

void Network::partition(std::vector<const Host*> side, Duration duration) {
  std::erase_if(partitions_, [this](const auto& each) { return each.until <= now(); });
  partitions_.push_back({std::move(side), now() + duration});
  for (StreamLink& link : links_) {
    if (const TimePoint until = separated_until(link.path()); until > now()) {
      link.stall(until - now());
    }
  }
}

bool Network::separated(const Host& one, const Host& other) const {
  return !partitions_.empty() && separated_until({&one, &other}) > now();
}

TimePoint Network::separated_until(const StreamLink::Path& way) const {
  TimePoint until{};
  for (const Partition& partition : partitions_) {
    const auto inside = [&](const Host* host) {
      return std::ranges::any_of(partition.side,
                                 [&](const Host* one) { return one->site == host->site; });
    };
    const bool crosses = std::ranges::any_of(
        way, [&](const Host* host) { return inside(host) != inside(way.front()); });
    if (crosses && partition.until > until) until = partition.until;
  }
  return until;
}

void Network::move(Host& host, Router* behind) {
  for (const auto& each : hosts_) {
    if (each->site == host.site) each->behind = behind;
  }
}

void Network::restart(Router& router) {
  router.forget_all();
  for (StreamLink& link : links_) {
    const auto& way = link.path();
    const bool through = std::find(way.begin() + 1, way.end() - 1, &router.host()) != way.end() - 1;
    if (through) link.fall_silent();
  }
}

}  // namespace fullcone::sim
