// What a run tells those who asked for it: each verdict as its case ends, so that a crash keeps
// what was there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "conformance/case.hpp"
#include "conformance/nat/behaviour.hpp"
#include "conformance/nat_type.hpp"
#include "conformance/verdict.hpp"

namespace fullcone::conformance {

// What was known about a case before it ran (--expected-failures).
enum class Expectation : std::uint8_t {
  none,
  met,     // it failed as it was expected to, which counts for nothing
  broken,  // it passed, although it was expected to fail: the list is out of date
};

struct CaseResult {
  const Case* judged = nullptr;
  Verdict verdict = Verdict::pass;
  Evidence evidence;  // where it passed, only the journal
  Duration took{};    // on the testbed's clock
  bool subject_gone = false;
  Expectation expectation = Expectation::none;
  std::string known_as = {};  // the expectation's link and FILE:LINE

  // Whether it is one to look at: failed unexpectedly, or passed unexpectedly.
  bool is_failure() const {
    return expectation == Expectation::none ? verdict == Verdict::fail
                                            : expectation == Expectation::broken;
  }
  // Why, in one line; empty: it passed.
  std::string reason() const;
};

// What the results from now on are about.
struct SubjectRun {
  std::string subject;
  std::uint64_t seed = 0;
  std::size_t cases = 0;  // selected
};

struct Outcome {
  int exit_code = 0;
  std::string why = {};  // it ended early; empty: it did not
};

class Report {
 public:
  virtual ~Report() = default;
  virtual void begin(const SubjectRun& run) = 0;
  virtual void add(const CaseResult& result) = 0;
  // What the subject of the last begin() turned out to be.
  virtual void classified(const NatType&) {}
  // All that was seen of a NAT before it is judged.
  virtual void seen(const Classification&) {}
  // Nothing more will come.
  virtual void end(const std::vector<CaseResult>& all, const Outcome& outcome) = 0;
};

// 0 conforms, 1 a MUST failed (`strict`: or a SHOULD) or an expectation is broken, 2 nothing was
// judged, 3 the subject is gone, 4 inconclusive only.
int exit_code(const std::vector<CaseResult>& results, bool strict);

}  // namespace fullcone::conformance
