#include "conformance/reports/terminal_report.hpp"

#include <ostream>
#include <string_view>

#include "conformance/reports/escaping.hpp"
#include "conformance/reports/tally.hpp"

namespace fullcone::conformance {
namespace {

constexpr std::string_view kClearLine = "\r\033[K";

std::string_view colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "\033[32m";
    case Verdict::fail:
      return "\033[31m";
    case Verdict::inconclusive:
      return "\033[33m";
    case Verdict::unsupported:
    case Verdict::skipped:
      break;
  }
  return "\033[2m";
}

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

}  // namespace

void TerminalReport::begin(const SubjectRun& run) {
  cases_ = run.cases;
  ended_ = 0;
  if (style_.verbosity != Verbosity::quiet) {
    out_ << "== " << visible(run.subject) << " (seed " << run.seed << ")\n";
  }
  show_progress();
}

void TerminalReport::seen(const Classification& classification) {
  if (style_.verbosity == Verbosity::quiet) return;
  take_progress_back();
  for (const auto& words : words_of(classification.seen))
    out_ << "  seen         " << words << '\n';
  for (const auto& why : classification.unseen) out_ << "  not seen     " << visible(why) << '\n';
  show_progress();
}

void TerminalReport::add(const CaseResult& result) {
  take_progress_back();
  ++ended_;
  if (style_.verbosity != Verbosity::quiet || result.is_failure()) show(result);
  show_progress();
}

void TerminalReport::show(const CaseResult& result) {
  const Case& judged = *result.judged;
  const std::string verdict = padded(std::string(to_string(result.verdict)), 13);
  out_ << "  " << painted(result.verdict, verdict) << padded(std::string(judged.id), 38)
       << judged.why << '\n';
  const Evidence& evidence = result.evidence;
  const std::string indent(15, ' ');
  if (result.expectation != Expectation::none) {
    out_ << indent << visible(result.reason()) << '\n';
  } else if (result.verdict != Verdict::pass) {
    const bool compared = !evidence.expected.empty();
    if (compared) out_ << indent << "expected: " << visible(evidence.expected) << '\n';
    out_ << indent << (compared ? "seen:     " : "") << visible(evidence.seen) << '\n';
    if (!evidence.where.empty()) out_ << indent << "at:       " << evidence.where << '\n';
  }
  if (result.is_failure() || style_.verbosity == Verbosity::verbose) {
    for (const auto& entry : evidence.journal)
      out_ << indent << "| " << visible(entry.line()) << '\n';
  }
  out_.flush();
}

void TerminalReport::end(const std::vector<CaseResult>& all, const Outcome& outcome) {
  take_progress_back();
  if (style_.verbosity != Verbosity::quiet) {
    out_ << '\n';
    for (const auto& [section, tally] : tally_by_section(all)) {
      out_ << "  " << padded(std::string(section) + ' ', 8) << tally.to_string() << '\n';
    }
  }
  out_ << "  " << padded("all", 8) << tally_of(all).to_string() << '\n';
  if (!outcome.why.empty()) out_ << visible(outcome.why) << '\n';
  out_.flush();
}

void TerminalReport::show_progress() {
  if (!style_.progress || ended_ == cases_) return;
  out_ << "  " << ended_ << " of " << cases_ << " …" << std::flush;
}

void TerminalReport::take_progress_back() {
  if (style_.progress) out_ << kClearLine;
}

std::string TerminalReport::painted(Verdict verdict, const std::string& text) const {
  if (!style_.coloured) return text;
  return std::string(colour_of(verdict)) + text + "\033[0m";
}

}  // namespace fullcone::conformance
