#include "conformance/bed/journal.hpp"

#include <utility>

namespace fullcone::conformance {

std::string JournalEntry::text() const {
  switch (kind) {
    case Kind::remark:
      return what;
    case Kind::sent:
      return party + " sends " + what;
    case Kind::received:
      return party + " gets " + what;
  }
  return what;
}

std::string JournalEntry::line() const { return milliseconds(at) + "  " + text(); }

std::string milliseconds(Duration duration) {
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
  std::string fraction = std::to_string(micros % 1000);
  fraction.insert(0, 3 - fraction.size(), '0');
  return std::to_string(micros / 1000) + '.' + fraction + " ms";
}

void Journal::add(JournalEntry entry) {
  if (entry.octets.size() > JournalEntry::kMostOctets) {
    entry.octets.resize(JournalEntry::kMostOctets);
  }
  entries_.push_back(std::move(entry));
  if (entries_.size() <= kMostEntries) return;
  entries_.pop_front();
  ++forgotten_;
}

std::vector<JournalEntry> Journal::entries() const {
  std::vector<JournalEntry> all;
  if (forgotten_ != 0) {
    all.push_back({.at = entries_.front().at,
                   .party = {},
                   .what = "… " + std::to_string(forgotten_) + " entries before"});
  }
  all.insert(all.end(), entries_.begin(), entries_.end());
  return all;
}

}  // namespace fullcone::conformance
