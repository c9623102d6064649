// UDP echo round trips: a fixed number in flight, or a fixed number a second.
#pragma once

#include <cstdint>
#include <optional>

#include "base/endpoint.hpp"
#include "bench/load/result.hpp"

namespace fullcone::load {

struct EchoSettings {
  std::optional<Endpoint> proxy;
  std::size_t window = 64;  // in flight; with a rate: at most
  double rate = 0;          // datagrams a second; 0: as fast as the window allows
  std::size_t size = 100;   // payload octets, 16 at least
  double seconds = 3;
};

struct EchoResult {
  std::uint64_t round_trips = 0;
  std::uint64_t lost = 0;       // not back within a second
  std::uint64_t held_back = 0;  // of a rate: not sent, since the window was full
  Latencies rtt;
  double seconds = 0;
};

struct BurstResult {
  std::uint64_t sent = 0;
  std::uint64_t back = 0;  // within a second of silence
};

// `bursts` times `count` datagrams at once, over a way that is warm. Throws as run_echo() does.
BurstResult run_bursts(const EchoSettings& settings, std::size_t count, unsigned bursts);

// Brings its own echo peer on a thread. Throws as dial() does, and std::runtime_error when a reply
// is not what was sent.
EchoResult run_echo(const EchoSettings& settings);

}  // namespace fullcone::load
