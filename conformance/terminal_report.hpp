// One line per case, evidence beneath what failed, and at the end a line per section.
#pragma once

#include <iosfwd>
#include <string>

#include "conformance/report.hpp"

namespace fullcone::conformance {

class TerminalReport : public Report {
 public:
  // `out` outlives the report.
  TerminalReport(std::ostream& out, bool coloured) : out_(out), coloured_(coloured) {}

  void begin(const std::string& subject, std::uint64_t seed) override;
  void add(const CaseResult& result) override;
  void end(const std::vector<CaseResult>& all) override;

 private:
  std::string painted(Verdict verdict, std::size_t width) const;

  std::ostream& out_;
  bool coloured_;
};

}  // namespace fullcone::conformance
