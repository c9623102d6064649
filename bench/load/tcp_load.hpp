// TCP through a proxy: streams as fast as they go, and connections opened one after another.
#pragma once

#include <cstdint>
#include <functional>

#include "bench/load/result.hpp"
#include "bench/load/socks_client.hpp"

namespace fullcone::load {

enum class Direction { up, down };  // seen from the app

struct StreamResult {
  std::uint64_t octets = 0;  // that arrived
  double seconds = 0;
};

// `streams` at the same time, one way, each end on a thread of its own. Throws as dial() does.
StreamResult run_streams(const Way& way, Direction direction, unsigned streams, double seconds);

struct OpeningResult {
  std::uint64_t connections = 0;
  std::uint64_t failed = 0;  // refused, or ended without an answer
  Latencies took;            // each: dialled, one octet there and back
  double seconds = 0;
};

// `apps` threads, each opening one connection after another. Throws as dial() does when all fail.
OpeningResult run_openings(const Way& way, unsigned apps, double seconds);

// `count` connections, an octet there and back on each, which stay open until `over` returns.
void hold_idle(const Way& way, unsigned count, const std::function<void()>& over);

}  // namespace fullcone::load
