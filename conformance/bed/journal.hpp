// What passed in one case: the evidence beside a verdict, in words and octets. Bounded: of a long
// case the beginning goes first, of a long message the end.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "base/time.hpp"

namespace fullcone::conformance {

struct JournalEntry {
  enum class Kind : std::uint8_t { remark, sent, received };  // sent by the suite, or received

  static constexpr std::size_t kMostOctets = 512;

  Duration at{};  // since the case began
  Kind kind = Kind::remark;
  std::string party;  // the suite's end that sent or received: "peer 1 (127.0.0.1:53)"
  std::string what;
  std::string octets = {};  // of what passed, the first of them
  bool of_stream = false;   // of a connection, whatever datagrams its path loses

  // `what`, with whose it is.
  std::string text() const;
  // `12.345 ms  peer 1 sends …`
  std::string line() const;
};

// "12.345 ms"
std::string milliseconds(Duration duration);

class Journal {
 public:
  static constexpr std::size_t kMostEntries = 60;

  void add(JournalEntry entry);
  JournalEntry& last() { return entries_.back(); }
  // Oldest first; a remark in front says how many were forgotten.
  std::vector<JournalEntry> entries() const;

 private:
  std::deque<JournalEntry> entries_;
  std::size_t forgotten_ = 0;
};

}  // namespace fullcone::conformance
