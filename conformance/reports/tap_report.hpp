// TAP version 14, a line per case as it ends; the plan comes last, so that a stream that was cut
// short cannot be taken for a whole one. Source: testanything.org/tap-version-14-specification.
#pragma once

#include <filesystem>
#include <vector>

#include "conformance/report.hpp"
#include "conformance/reports/line_file.hpp"

namespace fullcone::conformance {

class TapReport : public Report {
 public:
  // Throws std::runtime_error when `file` cannot be written.
  explicit TapReport(const std::filesystem::path& file);

  void begin(const SubjectRun& run) override;
  void add(const CaseResult& result) override;
  void end(const std::vector<CaseResult>& all, const Outcome& outcome) override;

 private:
  LineFile file_;
  std::size_t points_ = 0;
};

}  // namespace fullcone::conformance
