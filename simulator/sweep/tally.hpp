// What a sweep has come to so far.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "simulator/scenario.hpp"
#include "simulator/sweep/work.hpp"

namespace fullcone::sim {

struct Failure {
  Job job;
  std::vector<Finding> findings;
  std::string file;  // its replay; empty: none was saved
};

struct Tally {
  std::uint64_t runs = 0;
  std::uint64_t before = 0;  // runs that were done before the sweep was resumed
  std::uint64_t broken_before = 0;
  std::uint64_t broken = 0;
  std::uint64_t unsteady = 0;  // gave another trace the second time
  std::uint64_t events = 0;
  Duration virtual_time{};
  std::vector<Failure> failures;  // the first kMostFailures

  static constexpr std::size_t kMostFailures = 1000;

  Exit exit() const {
    if (unsteady != 0) return kNotDeterministic;
    return broken + broken_before != 0 ? kRuleBroke : kClean;
  }
};

}  // namespace fullcone::sim
