// One line per case, evidence beneath what did not pass, and at the end a line per section. On a
// terminal the last line says how far the run is.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>

#include "conformance/report.hpp"

namespace fullcone::conformance {

enum class Verbosity : std::uint8_t {
  quiet,    // failures, and what all comes to
  normal,   // every case
  verbose,  // with all that passed between suite and subject
};

struct TerminalStyle {
  bool coloured = false;
  bool progress = false;  // lines may be taken back
  Verbosity verbosity = Verbosity::normal;
};

class TerminalReport : public Report {
 public:
  // `out` outlives the report.
  TerminalReport(std::ostream& out, const TerminalStyle& style) : out_(out), style_(style) {}

  void begin(const SubjectRun& run) override;
  void seen(const Classification& classification) override;
  void add(const CaseResult& result) override;
  void end(const std::vector<CaseResult>& all, const Outcome& outcome) override;

 private:
  void show(const CaseResult& result);
  void show_progress();
  void take_progress_back();
  std::string painted(Verdict verdict, const std::string& text) const;

  std::ostream& out_;
  TerminalStyle style_;
  std::size_t cases_ = 0;
  std::size_t ended_ = 0;
};

}  // namespace fullcone::conformance
