// The runs of a sweep, numbered: every chosen scenario with one seed, then with the next, so that a
// sweep that ends early has tried each of them alike.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "simulator/scenario.hpp"
#include "simulator/sweep/options.hpp"

namespace fullcone::sim {

struct Job {
  const Scenario* scenario = nullptr;
  std::uint64_t seed = 0;
};

class Work {
 public:
  explicit Work(const Options& options)
      : first_(options.first_seed + options.shard - 1), step_(options.shards) {
    for (const Scenario& scenario : scenarios()) {
      if (options.scenario == "all" || options.scenario == scenario.name) {
        scenarios_.push_back(&scenario);
      }
    }
    const bool any = first_ >= options.first_seed && first_ <= options.last_seed;
    const std::uint64_t seeds = any ? (options.last_seed - first_) / step_ + 1 : 0;
    size_ = std::min(seeds, kMost) * scenarios_.size();
  }

  bool knows_scenario() const { return !scenarios_.empty(); }
  std::uint64_t size() const { return size_; }
  // Precondition: number < size().
  Job job(std::uint64_t number) const {
    return {scenarios_[number % scenarios_.size()], first_ + number / scenarios_.size() * step_};
  }

 private:
  static constexpr std::uint64_t kMost = std::uint64_t{1} << 48;  // seeds: without end

  std::vector<const Scenario*> scenarios_;
  std::uint64_t first_;
  std::uint64_t step_;
  std::uint64_t size_ = 0;
};

}  // namespace fullcone::sim
