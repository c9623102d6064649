// A JUnit XML file, complete and well-formed after every case; junit.xsd is its schema. Failures
// are <failure>, what was not judged, or failed as expected, is <skipped>.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "conformance/report.hpp"

namespace fullcone::conformance {

class JunitReport : public Report {
 public:
  // Throws std::runtime_error when `file` cannot be written.
  explicit JunitReport(std::filesystem::path file);

  void begin(const SubjectRun& run) override;
  void add(const CaseResult& result) override;
  void end(const std::vector<CaseResult>&, const Outcome&) override {}

 private:
  struct Suite {
    std::string name;
    std::string cases;  // XML
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t skipped = 0;
    double seconds = 0;
  };
  void write() const;

  std::filesystem::path file_;
  std::vector<Suite> suites_;
};

}  // namespace fullcone::conformance
