// What a case can come to, and the three ways in which its body ends early: what it expected did
// not hold, it cannot be judged here, or the subject is gone. They are exceptions, so that a case
// reads as a story; only the runner catches them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "conformance/bed/journal.hpp"

namespace fullcone::conformance {

enum class Verdict {
  pass,
  fail,
  inconclusive,  // something did not arrive, but did when tried again: loss, not behaviour
  unsupported,   // the subject does not offer an optional feature
  skipped,       // it was not tried: the reason says what is missing
};

std::string_view to_string(Verdict verdict);

// Why a verdict is not a pass, in words and hex.
struct Evidence {
  std::string expected;
  std::string seen;
  std::string where;                  // file:line, empty where the vocabulary itself judged
  std::vector<JournalEntry> journal;  // what passed before, oldest first
  std::string reason() const;         // one line
};

// An expectation did not hold.
struct Unmet {
  std::string expected;
  std::string seen;
  std::string where;
  bool missing = false;  // nothing came where something had to: on a lossy path, try again
};

// The case cannot be judged here.
struct Unjudged {
  Verdict verdict = Verdict::skipped;  // or unsupported
  std::string reason;
};

// The subject cannot be started, or reached.
struct SubjectGone {
  std::string reason;
};

}  // namespace fullcone::conformance
