// The reports that a command line asks for.
#pragma once

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "conformance/report.hpp"
#include "conformance/reports/terminal_report.hpp"

namespace fullcone::conformance {

// One file for each; empty: that report is not wanted.
struct ReportFiles {
  std::string junit, json_lines, tap, markdown, html, badge;
};

// The terminal's, on `out`, and those in files. Throws std::runtime_error when one cannot be
// written.
std::vector<std::unique_ptr<Report>> make_reports(const ReportFiles& files, std::ostream& out,
                                                  const TerminalStyle& style);

}  // namespace fullcone::conformance
