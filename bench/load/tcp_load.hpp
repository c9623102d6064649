// TCP through a proxy: one stream as fast as it goes, and connections opened one after another.
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

// Brings its own target on a thread. Throws as dial() does.
StreamResult run_stream(const Way& way, Direction direction, double seconds);

struct OpeningResult {
  std::uint64_t connections = 0;
  Latencies took;  // each: dialled, one octet there and back
  double seconds = 0;
};

// `apps` threads, each opening one connection after another. Throws as dial() does.
OpeningResult run_openings(const Way& way, unsigned apps, double seconds);

// `count` connections, an octet there and back on each, which stay open until `over` returns.
void hold_idle(const Way& way, unsigned count, const std::function<void()>& over);

}  // namespace fullcone::load
