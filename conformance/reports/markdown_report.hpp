// A page of GitHub's Markdown for a CI job's summary: verdicts by section, then each failure with
// its evidence folded away. Whole after every case.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "conformance/report.hpp"

namespace fullcone::conformance {

class MarkdownReport : public Report {
 public:
  // Throws std::runtime_error when `file` cannot be written.
  explicit MarkdownReport(std::filesystem::path file);

  void begin(const SubjectRun& run) override;
  void add(const CaseResult& result) override;
  void classified(const NatType& type) override;
  void end(const std::vector<CaseResult>& all, const Outcome& outcome) override;

 private:
  void write(const std::string& last_words) const;

  std::filesystem::path file_;
  std::string subjects_;
  std::vector<CaseResult> results_;
  std::string failures_;
  std::string others_;  // neither passed nor failed
};

}  // namespace fullcone::conformance
