// UDP echo round trips: a fixed number in flight, or a fixed number a second, to any number of
// destinations in turn.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "base/endpoint.hpp"
#include "bench/load/result.hpp"

namespace fullcone::load {

struct EchoSettings {
  std::optional<Endpoint> proxy;
  std::size_t window = 64;       // in flight; with a rate: at most
  double rate = 0;               // datagrams a second; 0: as fast as the window allows
  std::size_t size = 100;        // payload octets, 16 at least
  std::size_t destinations = 1;  // each has answered once before the time begins
  bool merging = true;  // app and peers send by GSO and receive by GRO what is there at once
  double seconds = 3;
  std::function<void()> on_warm;  // called when the time begins
};

struct EchoResult {
  std::uint64_t round_trips = 0;
  std::uint64_t lost = 0;           // not back within a second
  std::uint64_t held_back = 0;      // of a rate: not sent, since the window was full
  std::uint64_t misattributed = 0;  // of the round trips: its reply's head names another source
  Latencies rtt;
  double seconds = 0;
};

// Brings its own echo peers on a thread. Throws as dial() does, and std::runtime_error when a reply
// is not what was sent, or a destination does not answer.
EchoResult run_echo(const EchoSettings& settings);

}  // namespace fullcone::load
