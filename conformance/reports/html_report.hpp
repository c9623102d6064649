// One HTML page that needs nothing else: no network, no other file. Rules and verdicts as a matrix,
// the subject's NAT type as a picture, each failure with its evidence, a sequence chart and the
// octets, and every case in a table, all filtered by a box. Whole after every case.
//
// Its Content-Security-Policy allows page.js alone, by hash: what evidence holds is escaped, and
// could not run if it were not.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "conformance/report.hpp"
#include "conformance/reports/tally.hpp"

namespace fullcone::conformance {

class HtmlReport : public Report {
 public:
  // Throws std::runtime_error when `file` cannot be written.
  explicit HtmlReport(std::filesystem::path file);

  void begin(const SubjectRun& run) override;
  void add(const CaseResult& result) override;
  void classified(const NatType& type) override;
  void end(const std::vector<CaseResult>& all, const Outcome& outcome) override;

 private:
  // A subject and what it came to, without the journals.
  struct Part {
    std::string subject;
    std::vector<CaseResult> results;
  };
  std::string matrices() const;
  void write(const std::string& notice) const;

  std::filesystem::path file_;
  std::string subjects_;  // HTML, as are the next three
  std::string pictures_;
  std::string failures_;
  std::string cases_;
  std::vector<Part> parts_;
  Tally tally_;
};

}  // namespace fullcone::conformance
