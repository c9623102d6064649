// UDP loads that are counted datagram by datagram: bursts, the first datagram to each of many
// destinations, and destinations that are held.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "base/endpoint.hpp"
#include "bench/load/result.hpp"

namespace fullcone::load {

struct BurstResult {
  std::uint64_t sent = 0;
  std::uint64_t back = 0;  // before 0.4 s of silence
};

// `bursts` times `count` datagrams of `size` octets at once, from an app that sends by sendmmsg(),
// over a way that is warm. These three throw as run_echo() does.
BurstResult run_bursts(const std::optional<Endpoint>& proxy, std::size_t count, std::size_t size,
                       unsigned bursts);

struct FirstResult {
  Latencies took;          // from the first datagram to its echo, for each destination
  std::uint64_t lost = 0;  // no echo within a second
};

// A destination that nobody has written to before every 20 ms, for `seconds`.
FirstResult run_firsts(const std::optional<Endpoint>& proxy, double seconds);

// A datagram there and back for each of `count` destinations of one association, which lasts until
// `over` returns.
void hold_destinations(const std::optional<Endpoint>& proxy, std::size_t count,
                       const std::function<void()>& over);

}  // namespace fullcone::load
