#include "conformance/terminal_report.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <ostream>
#include <string_view>

namespace fullcone::conformance {
namespace {

constexpr std::array kVerdicts{Verdict::pass, Verdict::fail, Verdict::inconclusive,
                               Verdict::unsupported, Verdict::skipped};

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

using Counts = std::array<std::size_t, kVerdicts.size()>;

std::string summary_of(const Counts& counts) {
  std::string text;
  for (std::size_t i = 0; i < kVerdicts.size(); ++i) {
    if (counts[i] == 0) continue;
    if (!text.empty()) text += ", ";
    text += std::to_string(counts[i]) + ' ' + std::string(to_string(kVerdicts[i]));
  }
  return text;
}

}  // namespace

void TerminalReport::begin(const std::string& subject, std::uint64_t seed) {
  out_ << "== " << subject << " (seed " << seed << ")\n";
}

void TerminalReport::add(const CaseResult& result) {
  const Case& judged = *result.judged;
  out_ << "  " << painted(result.verdict, 13) << padded(std::string(judged.id), 38) << judged.why
       << '\n';
  if (result.verdict == Verdict::pass) return;
  const Evidence& evidence = result.evidence;
  const std::string indent(15, ' ');
  if (!evidence.expected.empty()) out_ << indent << "expected: " << evidence.expected << '\n';
  out_ << indent << (evidence.expected.empty() ? "" : "seen:     ") << evidence.seen << '\n';
  if (!evidence.where.empty()) out_ << indent << "at:       " << evidence.where << '\n';
  for (const auto& line : evidence.journal) out_ << indent << "| " << line << '\n';
  out_.flush();
}

void TerminalReport::end(const std::vector<CaseResult>& all) {
  std::map<std::size_t, Counts> sections;  // by the place of their first rule
  std::map<std::size_t, std::string> names;
  Counts total{};
  for (const auto& result : all) {
    const auto section = spec_rules()[*rule_index(result.judged->rule())].section();
    const auto* const first = std::ranges::find(spec_rules(), section, &Rule::section).base();
    const auto place = static_cast<std::size_t>(first - spec_rules().data());
    names[place] = section;
    ++sections[place][static_cast<std::size_t>(result.verdict)];
    ++total[static_cast<std::size_t>(result.verdict)];
  }
  out_ << '\n';
  for (const auto& [place, counts] : sections) {
    out_ << "  " << padded(names[place], 8) << summary_of(counts) << '\n';
  }
  out_ << "  " << padded("all", 8) << summary_of(total) << '\n';
  out_.flush();
}

std::string TerminalReport::painted(Verdict verdict, std::size_t width) const {
  const std::string text = padded(std::string(to_string(verdict)), width);
  if (!coloured_) return text;
  return std::string(colour_of(verdict)) + text + "\033[0m";
}

}  // namespace fullcone::conformance
