// A JSON object per line, as things happen; `event` says what it tells:
//
//   {"event": "begin", "subject": "…", "seed": 1, "cases": 120}
//   {"event": "case", "id": "CONE-5.stranger", "rule": "CONE-5", "level": "MUST", "side": "server",
//    "verdict": "fail", "failure": true, "seconds": 0.01, "reason": "…", "expected": "…",
//    "seen": "…", "at": "file:line", "journal": [{"ms": 0.1, "kind": "sent", "party": "peer 1",
//    "what": "…", "octets": "6869"}]}
//   {"event": "nat", "mapping": "endpoint-independent", "filtering": "…", "hairpinning": true}
//   {"event": "end", "exit_code": 1, "why": ""}
//
// A pass has no evidence; `journal` stands where `failure` is true.
#pragma once

#include <filesystem>
#include <vector>

#include "conformance/report.hpp"
#include "conformance/reports/line_file.hpp"

namespace fullcone::conformance {

class JsonLinesReport : public Report {
 public:
  // Throws std::runtime_error when `file` cannot be written.
  explicit JsonLinesReport(const std::filesystem::path& file) : file_(file) {}

  void begin(const SubjectRun& run) override;
  void add(const CaseResult& result) override;
  void classified(const NatType& type) override;
  void end(const std::vector<CaseResult>& all, const Outcome& outcome) override;

 private:
  LineFile file_;
};

}  // namespace fullcone::conformance
