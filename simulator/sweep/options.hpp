// What fullcone-simulate is asked to do, and with what it exits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/time.hpp"

namespace fullcone::sim {

enum Exit : int { kClean = 0, kRuleBroke = 1, kUsage = 2, kNotDeterministic = 3 };

struct Options {
  std::uint64_t first_seed = 1;
  std::uint64_t last_seed = 1;
  std::string scenario = "all";
  unsigned jobs = 1;
  std::optional<Duration> time;
  std::uint64_t shard = 1;
  std::uint64_t shards = 1;
  bool check_determinism = false;
  bool shuffle_ties = false;
  bool list = false;
  bool hashes = false;
  bool trace = false;
  bool chart = false;
  // Files and folders; empty: not asked for.
  std::string pcap;
  std::string replay;
  std::string save;
  std::string resume;
  std::string json;
};

// Or what to exit with: the help has been printed, or on stderr what is wrong.
std::variant<Options, Exit> parse_options(int argc, const char* const* argv);

}  // namespace fullcone::sim
