#include "conformance/junit_report.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace fullcone::conformance {
namespace {

// The length of the UTF-8 sequence that `text` begins with; 0: it begins with none.
std::size_t utf8_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  const std::size_t length = first < 0x80 ? 1 : first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if ((first >= 0x80 && first < 0xc2) || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0) != 0x80) return 0;
  }
  return length;
}

std::string_view entity_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&apos;";
    case '\n':
      return "&#10;";
    default:
      return "";
  }
}

std::string seconds_of(double seconds) {
  std::ostringstream text;
  text.precision(6);
  text << std::fixed << seconds;
  return text.str();
}

std::string evidence_text(const Evidence& evidence) {
  std::string text;
  if (!evidence.expected.empty()) text += "expected: " + evidence.expected + "\n";
  text += "seen: " + evidence.seen + "\n";
  if (!evidence.where.empty()) text += "at: " + evidence.where + "\n";
  for (const auto& line : evidence.journal) text += line + "\n";
  return text;
}

std::string verdict_element(const CaseResult& result) {
  const std::string reason = xml_escaped(result.evidence.reason());
  switch (result.verdict) {
    case Verdict::pass:
      return "";
    case Verdict::fail:
      return "      <failure message=\"" + reason + "\" type=\"" +
             std::string(to_string(result.judged->level())) + "\">" +
             xml_escaped(evidence_text(result.evidence)) + "</failure>\n";
    case Verdict::inconclusive:
    case Verdict::unsupported:
    case Verdict::skipped:
      break;
  }
  return "      <skipped message=\"" + std::string(to_string(result.verdict)) + ": " + reason +
         "\"/>\n";
}

std::string case_element(const CaseResult& result, double seconds) {
  const Case& judged = *result.judged;
  return "    <testcase classname=\"" + xml_escaped(judged.rule()) + "\" name=\"" +
         xml_escaped(judged.id) + "\" time=\"" + seconds_of(seconds) + "\">\n" +
         verdict_element(result) + "    </testcase>\n";
}

}  // namespace

std::string xml_escaped(std::string_view text) {
  std::string escaped;
  while (!text.empty()) {
    const char c = text.front();
    const std::size_t length = utf8_length(text);
    const bool control = static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
    if (length == 0 || control) {
      escaped += "\xef\xbf\xbd";
    } else if (const auto entity = entity_of(c); !entity.empty()) {
      escaped += entity;
    } else {
      escaped += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return escaped;
}

JunitReport::JunitReport(std::filesystem::path file) : file_(std::move(file)) { write(); }

void JunitReport::begin(const std::string& subject, std::uint64_t) {
  suites_.push_back({subject, {}, 0, 0, 0, 0});
  write();
}

void JunitReport::add(const CaseResult& result) {
  Suite& suite = suites_.back();
  const double seconds = std::chrono::duration<double>(result.took).count();
  suite.cases += case_element(result, seconds);
  ++suite.tests;
  if (result.verdict == Verdict::fail) {
    ++suite.failures;
  } else if (result.verdict != Verdict::pass) {
    ++suite.skipped;
  }
  suite.seconds += seconds;
  write();
}

void JunitReport::end(const std::vector<CaseResult>&) {}

void JunitReport::write() const {
  auto beside = file_;
  beside += ".part";
  {
    std::ofstream out(beside, std::ios::binary | std::ios::trunc);
    out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "
           "name=\"fullcone-conformance\">\n";
    for (const auto& suite : suites_) {
      out << "  <testsuite name=\"" << xml_escaped(suite.name) << "\" tests=\"" << suite.tests
          << "\" failures=\"" << suite.failures << "\" errors=\"0\" skipped=\"" << suite.skipped
          << "\" time=\"" << seconds_of(suite.seconds) << "\">\n"
          << suite.cases << "  </testsuite>\n";
    }
    out << "</testsuites>\n";
    out.flush();
    if (!out) throw std::runtime_error("cannot write " + beside.string());
  }
  std::filesystem::rename(beside, file_);
}

}  // namespace fullcone::conformance
