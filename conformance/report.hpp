// What a run tells those who asked for it: each verdict as its case ends, so that a crash keeps
// what was there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "conformance/case.hpp"
#include "conformance/verdict.hpp"

namespace fullcone::conformance {

struct CaseResult {
  const Case* judged = nullptr;
  Verdict verdict = Verdict::pass;
  Evidence evidence;  // empty where it passed
  Duration took{};    // on the testbed's clock
  bool subject_gone = false;
};

class Report {
 public:
  virtual ~Report() = default;
  // `subject`: what the results from now on are about.
  virtual void begin(const std::string& subject, std::uint64_t seed) = 0;
  virtual void add(const CaseResult& result) = 0;
  // Nothing more will come.
  virtual void end(const std::vector<CaseResult>& all) = 0;
};

// 0 conforms, 1 a MUST failed (`strict`: or a SHOULD), 2 nothing was judged, 3 the subject is gone,
// 4 inconclusive only.
int exit_code(const std::vector<CaseResult>& results, bool strict);

}  // namespace fullcone::conformance
