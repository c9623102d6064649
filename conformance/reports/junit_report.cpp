#include "conformance/reports/junit_report.hpp"

#include <iomanip>
#include <sstream>
#include <utility>

#include "conformance/reports/escaping.hpp"
#include "conformance/reports/whole_file.hpp"

namespace fullcone::conformance {
namespace {

std::string seconds_of(double seconds) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(6) << seconds;
  return text.str();
}

std::string evidence_text(const Evidence& evidence) {
  std::string text;
  if (!evidence.expected.empty()) text += "expected: " + evidence.expected + "\n";
  if (!evidence.seen.empty()) text += "seen: " + evidence.seen + "\n";
  if (!evidence.where.empty()) text += "at: " + evidence.where + "\n";
  for (const auto& entry : evidence.journal) text += entry.line() + "\n";
  return text;
}

std::string verdict_element(const CaseResult& result) {
  const std::string reason = xml_escaped(result.reason());
  if (result.is_failure()) {
    return "      <failure message=\"" + reason + "\" type=\"" +
           std::string(to_string(result.judged->level())) + "\">" +
           xml_escaped(evidence_text(result.evidence)) + "</failure>\n";
  }
  if (result.verdict == Verdict::pass) return "";
  const std::string prefix = result.expectation == Expectation::met
                                 ? std::string()
                                 : std::string(to_string(result.verdict)) + ": ";
  return "      <skipped message=\"" + prefix + reason + "\"/>\n";
}

std::string case_element(const CaseResult& result, double seconds) {
  const Case& judged = *result.judged;
  return "    <testcase classname=\"" + xml_escaped(judged.rule()) + "\" name=\"" +
         xml_escaped(judged.id) + "\" time=\"" + seconds_of(seconds) + "\">\n" +
         verdict_element(result) + "    </testcase>\n";
}

}  // namespace

JunitReport::JunitReport(std::filesystem::path file) : file_(std::move(file)) { write(); }

void JunitReport::begin(const SubjectRun& run) {
  suites_.push_back({run.subject, {}, 0, 0, 0, 0});
  write();
}

void JunitReport::add(const CaseResult& result) {
  Suite& suite = suites_.back();
  const double seconds = std::chrono::duration<double>(result.took).count();
  suite.cases += case_element(result, seconds);
  ++suite.tests;
  if (result.is_failure()) {
    ++suite.failures;
  } else if (result.verdict != Verdict::pass) {
    ++suite.skipped;
  }
  suite.seconds += seconds;
  write();
}

void JunitReport::write() const {
  std::ostringstream out;
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"fullcone-conformance\">\n";
  for (const auto& suite : suites_) {
    out << "  <testsuite name=\"" << xml_escaped(suite.name) << "\" tests=\"" << suite.tests
        << "\" failures=\"" << suite.failures << "\" errors=\"0\" skipped=\"" << suite.skipped
        << "\" time=\"" << seconds_of(suite.seconds) << "\">\n"
        << suite.cases << "  </testsuite>\n";
  }
  out << "</testsuites>\n";
  write_whole(file_, out.str());
}

}  // namespace fullcone::conformance
