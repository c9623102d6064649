// A JUnit XML file, complete and well-formed after every case: it is rewritten beside itself and
// moved into place. Failures are <failure>, what was not judged is <skipped>.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/report.hpp"

namespace fullcone::conformance {

// For attribute values and text; what XML 1.0 cannot hold becomes U+FFFD.
std::string xml_escaped(std::string_view text);

class JunitReport : public Report {
 public:
  // Throws std::runtime_error when `file` cannot be written.
  explicit JunitReport(std::filesystem::path file);

  void begin(const std::string& subject, std::uint64_t seed) override;
  void add(const CaseResult& result) override;
  void end(const std::vector<CaseResult>& all) override;

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
