#include "conformance/reports/make_reports.hpp"

#include <utility>

#include "conformance/reports/badge_report.hpp"
#include "conformance/reports/html_report.hpp"
#include "conformance/reports/json_lines_report.hpp"
#include "conformance/reports/junit_report.hpp"
#include "conformance/reports/markdown_report.hpp"
#include "conformance/reports/tap_report.hpp"

namespace fullcone::conformance {

std::vector<std::unique_ptr<Report>> make_reports(const ReportFiles& files, std::ostream& out,
                                                  const TerminalStyle& style) {
  std::vector<std::unique_ptr<Report>> reports;
  const auto add = [&]<class FileReport>(std::in_place_type_t<FileReport>,
                                         const std::string& file) {
    if (!file.empty()) reports.push_back(std::make_unique<FileReport>(file));
  };
  add(std::in_place_type<JunitReport>, files.junit);
  add(std::in_place_type<JsonLinesReport>, files.json_lines);
  add(std::in_place_type<TapReport>, files.tap);
  add(std::in_place_type<MarkdownReport>, files.markdown);
  add(std::in_place_type<HtmlReport>, files.html);
  add(std::in_place_type<BadgeReport>, files.badge);
  // The last: what it says is in the files already.
  reports.push_back(std::make_unique<TerminalReport>(out, style));
  return reports;
}

}  // namespace fullcone::conformance
