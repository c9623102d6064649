// What the judges and the stories found wrong in one run: the rule, in words, and when.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "simulator/trace.hpp"

namespace fullcone::sim {

struct Finding {
  TimePoint at;
  std::string rule;  // of SPEC.md, "STORY" for what a scenario expected, "INVARIANT"
  std::string what;  // with the endpoints and sizes that show it
};

class Findings {
 public:
  static constexpr std::size_t kMost = 100;  // the rest of a broken run is noise

  explicit Findings(Trace& trace) : trace_(trace) {}

  // Only what stories expect counts from now on.
  void mute() { muted_ = true; }
  void add(TimePoint at, std::string_view rule, std::string what);
  bool empty() const { return all_.empty(); }
  const std::vector<Finding>& all() const { return all_; }
  // Forgets them: for a test that breaks a rule on purpose.
  void clear() { all_.clear(); }

 private:
  Trace& trace_;
  bool muted_ = false;
  std::vector<Finding> all_;
};

}  // namespace fullcone::sim
