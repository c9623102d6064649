// What a host's access link does to what passes it. On a path the links of both hosts apply, and
// those of the NATs between them, one after the other. A datagram may be lost; of a stream, loss
// costs only time.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/time.hpp"

namespace fullcone::sim {

using namespace std::chrono_literals;

struct LinkSettings {
  Duration delay = 5ms;   // one way
  Duration jitter = 0ms;  // uniform, on top of the delay; alone it never reorders
  double loss = 0;        // probabilities, per datagram
  double duplication = 0;
  double reordering = 0;                  // falls behind those sent after it, by up to four delays
  std::uint64_t octets_per_second = 0;    // 0: unlimited
  std::size_t queue_octets = 256 * 1024;  // waiting for the line; datagrams beyond it are lost
  std::size_t mtu = 0;  // octets of the largest packet, headers included; 0: any. Larger are lost
};

}  // namespace fullcone::sim
