// What makes a run happen again, as a file that a person reads and edits:
//
//   # anything after a '#' is for people
//   scenario swarm
//   seed 42
//   ties shuffled
//   hash 0123456789abcdef
//   found CONE-5
//   heals within 60s
//   server 1 users=2 grace=2s
//   client 1 user=2 delay=20ms loss=0.02
//   peer 4 family=ipv6 manner=echo
//   at 0s app 7 opens on client 1
//   at 20ms app 7 sends 100B to peer 4 x12
//
// With a thing or an event in it the file is a life. Without one it stands for the story of that
// scenario with that seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "simulator/life/life.hpp"

namespace fullcone::sim {

struct Replay {
  std::string scenario{};  // where it comes from; empty: written by hand
  std::uint64_t seed = 1;
  bool shuffle_ties = false;
  std::optional<std::uint64_t> hash{};  // of the trace, when it was written
  std::vector<std::string> found{};     // the rules that broke then
  std::optional<Life> life{};
};

std::string print_replay(const Replay& replay);

struct ReplayError {
  std::size_t line = 0;  // from 1
  std::string found;     // the word; empty: the line ended
  std::string wanted;
};
// "FILE:7: found "sned" where "sends" was expected"
std::string to_string(const ReplayError& error, std::string_view file);

// Events may stand in any order; those of one time happen as they stand.
std::variant<Replay, ReplayError> parse_replay(std::string_view text);

}  // namespace fullcone::sim
