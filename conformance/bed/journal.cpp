#include "conformance/bed/journal.hpp"

namespace fullcone::conformance {

void Journal::add(Duration since_begin, const std::string& text) {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(since_begin).count();
  std::string fraction = std::to_string(micros % 1000);
  fraction.insert(0, 3 - fraction.size(), '0');
  lines_.push_back(std::to_string(micros / 1000) + '.' + fraction + " ms  " + text);
  if (lines_.size() <= kMostLines) return;
  lines_.pop_front();
  ++forgotten_;
}

std::vector<std::string> Journal::lines() const {
  std::vector<std::string> all;
  if (forgotten_ != 0) all.push_back("… " + std::to_string(forgotten_) + " lines before");
  all.insert(all.end(), lines_.begin(), lines_.end());
  return all;
}

}  // namespace fullcone::conformance
