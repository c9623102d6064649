// What passed in one case, in words and hex: the evidence beside a verdict. Bounded: of a long case
// the beginning goes first.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace fullcone::conformance {

class Journal {
 public:
  static constexpr std::size_t kMostLines = 60;

  void add(Duration since_begin, const std::string& text);
  std::vector<std::string> lines() const;

 private:
  std::deque<std::string> lines_;
  std::size_t forgotten_ = 0;
};

}  // namespace fullcone::conformance
