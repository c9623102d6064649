// TCP through a proxy: one stream as fast as it goes, and connections opened one after another.
#pragma once

#include <cstdint>
#include <optional>

#include "base/endpoint.hpp"
#include "bench/load/result.hpp"

namespace fullcone::load {

enum class Direction { up, down };  // seen from the app

struct StreamResult {
  std::uint64_t octets = 0;  // that arrived
  double seconds = 0;
};

// Brings its own target on a thread. Throws as dial() does.
StreamResult run_stream(const std::optional<Endpoint>& proxy, Direction direction, double seconds);

struct OpeningResult {
  std::uint64_t connections = 0;
  Latencies took;  // each: dialled, one octet there and back
  double seconds = 0;
};

// `apps` threads, each opening one connection after another. Throws as dial() does.
OpeningResult run_openings(const std::optional<Endpoint>& proxy, unsigned apps, double seconds);

}  // namespace fullcone::load
