#include "conformance/reports/tap_report.hpp"

#include <string>

#include "conformance/reports/escaping.hpp"

namespace fullcone::conformance {
namespace {

// What is no failure and no pass is a skipped point; a failure that was expected a TODO, which by
// the specification counts for nothing.
std::string directive_of(const CaseResult& result) {
  if (result.expectation == Expectation::met) return " # TODO " + tap_escaped(result.known_as);
  if (result.is_failure() || result.verdict == Verdict::pass) return {};
  return " # SKIP " + std::string(to_string(result.verdict)) + ": " +
         tap_escaped(result.evidence.reason());
}

void append_line(std::string& block, const char* key, const std::string& value) {
  if (!value.empty()) block += "  " + std::string(key) + ": " + json_quoted(value) + '\n';
}

// The YAML block beneath a failure. Its strings are JSON's, which YAML takes as they are.
std::string diagnostics_of(const CaseResult& result) {
  const Evidence& evidence = result.evidence;
  std::string block = "  ---\n";
  append_line(block, "message", result.reason());
  append_line(block, "severity", std::string(to_string(result.judged->level())));
  append_line(block, "expected", evidence.expected);
  append_line(block, "seen", evidence.seen);
  append_line(block, "at", evidence.where);
  if (!evidence.journal.empty()) block += "  journal:\n";
  for (const auto& entry : evidence.journal) block += "    - " + json_quoted(entry.line()) + '\n';
  return block + "  ...\n";
}

}  // namespace

TapReport::TapReport(const std::filesystem::path& file) : file_(file) {
  file_.write("TAP version 14\n");
}

void TapReport::begin(const SubjectRun& run) {
  file_.write("# " + tap_escaped(run.subject) + ", seed " + std::to_string(run.seed) + '\n');
}

void TapReport::add(const CaseResult& result) {
  const bool ok = !result.is_failure() && result.expectation != Expectation::met;
  std::string lines = (ok ? "ok " : "not ok ") + std::to_string(++points_) + " - " +
                      tap_escaped(result.judged->id) + directive_of(result) + '\n';
  if (result.is_failure()) lines += diagnostics_of(result);
  file_.write(lines);
}

void TapReport::end(const std::vector<CaseResult>&, const Outcome& outcome) {
  if (!outcome.why.empty()) return file_.write("Bail out! " + tap_escaped(outcome.why) + '\n');
  file_.write("1.." + std::to_string(points_) + '\n');
}

}  // namespace fullcone::conformance
