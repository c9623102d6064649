// A badge for a README: an SVG of the verdict, whole after every case.
#pragma once

#include <filesystem>
#include <vector>

#include "conformance/report.hpp"
#include "conformance/reports/tally.hpp"

namespace fullcone::conformance {

class BadgeReport : public Report {
 public:
  // Throws std::runtime_error when `file` cannot be written.
  explicit BadgeReport(std::filesystem::path file);

  void begin(const SubjectRun&) override {}
  void add(const CaseResult& result) override;
  void end(const std::vector<CaseResult>& all, const Outcome& outcome) override;

 private:
  void write(const Outcome& outcome) const;

  std::filesystem::path file_;
  Tally tally_;
};

}  // namespace fullcone::conformance
