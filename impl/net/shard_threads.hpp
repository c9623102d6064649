// What the server's and the client's runner do alike: how many shards, their listening sockets, and
// a thread for each.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <random>
#include <string_view>
#include <thread>
#include <vector>

#include "base/endpoint.hpp"
#include "net/unique_fd.hpp"

namespace fullcone {

// `asked`, or one per core of the machine.
inline unsigned shard_count(unsigned asked) {
  if (asked != 0) return asked;
  const unsigned cores = std::thread::hardware_concurrency();
  return cores != 0 ? cores : 1;
}

// The listening sockets of each shard, in the order of the addresses.
struct Listening {
  std::vector<Endpoint> endpoints;  // ports filled in
  std::vector<std::vector<UniqueFd>> of_shard;
};
// Throws std::runtime_error that names the address. Logs one line each: "`what` listens on …".
Listening listen_all(const std::vector<Endpoint>& addresses, unsigned shards,
                     std::string_view what);

// From the system's entropy.
inline std::uint64_t random_seed() {
  std::random_device entropy;
  return std::uint64_t{entropy()} << 32 | entropy();
}

// Field by field; counters are structs of nothing but 64-bit counts.
template <class Counters>
Counters sum(const Counters& a, const Counters& b) {
  using Counts = std::array<std::uint64_t, sizeof(Counters) / sizeof(std::uint64_t)>;
  auto total = std::bit_cast<Counts>(a);
  const auto other = std::bit_cast<Counts>(b);
  for (std::size_t i = 0; i < total.size(); ++i) total[i] += other[i];
  return std::bit_cast<Counters>(total);
}

// Runs every shard on a thread of its own and returns when all are done.
template <class Shard>
void run_all(const std::vector<std::unique_ptr<Shard>>& shards) {
  std::vector<std::jthread> threads;
  threads.reserve(shards.size());
  for (const auto& shard : shards) threads.emplace_back([&shard] { shard->run(); });
}

}  // namespace fullcone
