#include "conformance/reports/markdown_report.hpp"

#include <utility>

#include "conformance/reports/escaping.hpp"
#include "conformance/reports/tally.hpp"
#include "conformance/reports/whole_file.hpp"

namespace fullcone::conformance {
namespace {

std::string table_row(std::string_view name, const Tally& tally) {
  std::string row = "| " + std::string(name) + " |";
  for (const Verdict verdict : kVerdicts) {
    row += tally.of(verdict) == 0 ? " |" : ' ' + std::to_string(tally.of(verdict)) + " |";
  }
  return row + '\n';
}

std::string table_of(const std::vector<CaseResult>& results) {
  std::string head = "| section |", rule = "|---|";
  for (const Verdict verdict : kVerdicts) {
    head += ' ' + std::string(to_string(verdict)) + " |";
    rule += "--:|";
  }
  std::string table = head + '\n' + rule + '\n';
  for (const auto& [section, tally] : tally_by_section(results)) table += table_row(section, tally);
  return table + table_row("**all**", tally_of(results));
}

// The block is HTML, where Markdown is not looked for: one without an empty line.
std::string failure_of(const CaseResult& result) {
  const Case& judged = *result.judged;
  const Evidence& evidence = result.evidence;
  std::string text = "<details><summary><b>" + std::string(judged.id) + "</b> (" +
                     std::string(to_string(judged.level())) + "): " + xml_escaped(judged.why) +
                     "</summary>\n<pre>" + xml_escaped(result.reason());
  if (!evidence.where.empty()) text += "&#10;at " + xml_escaped(evidence.where);
  for (const auto& entry : evidence.journal) text += "&#10;" + xml_escaped(entry.line());
  return text + "</pre>\n</details>\n\n";
}

}  // namespace

MarkdownReport::MarkdownReport(std::filesystem::path file) : file_(std::move(file)) {
  write("The run has not ended.");
}

void MarkdownReport::begin(const SubjectRun& run) {
  subjects_ += "- " + markdown_escaped(run.subject) + ", seed " + std::to_string(run.seed) + '\n';
  write("The run has not ended.");
}

void MarkdownReport::add(const CaseResult& result) {
  results_.push_back(result);
  results_.back().evidence.journal.clear();
  if (result.is_failure()) {
    failures_ += failure_of(result);
  } else if (result.verdict != Verdict::pass) {
    others_ += "| " + std::string(result.judged->id) + " | " +
               std::string(to_string(result.verdict)) + " | " + markdown_escaped(result.reason()) +
               " |\n";
  }
  write("The run has not ended.");
}

void MarkdownReport::classified(const NatType& type) {
  subjects_ += "  - mapping: " + std::string(to_string(type.mapping)) +
               ", filtering: " + std::string(to_string(type.filtering));
  if (type.hairpinning)
    subjects_ += std::string(", hairpinning: ") + (*type.hairpinning ? "yes" : "no");
  subjects_ += '\n';
}

void MarkdownReport::end(const std::vector<CaseResult>&, const Outcome& outcome) {
  write(outcome.why.empty() ? "" : markdown_escaped(outcome.why));
}

void MarkdownReport::write(const std::string& last_words) const {
  const Tally tally = tally_of(results_);
  std::string page = "# Conformance: " + tally.to_string() + "\n\n" + subjects_ + '\n';
  if (!last_words.empty()) page += last_words + "\n\n";
  page += table_of(results_) + '\n';
  if (!failures_.empty()) page += "## Failures\n\n" + failures_;
  if (!others_.empty()) {
    page += "## Neither passed nor failed\n\n| case | verdict | why |\n|---|---|---|\n" + others_;
  }
  write_whole(file_, page);
}

}  // namespace fullcone::conformance
