#include "conformance/reports/json_lines_report.hpp"

#include <cstdint>
#include <iomanip>
#include <sstream>
#include <string>
#include <string_view>

#include "conformance/reports/escaping.hpp"

namespace fullcone::conformance {
namespace {

// One object, member by member.
class JsonObject {
 public:
  JsonObject& text(std::string_view key, std::string_view value) {
    return raw(key, json_quoted(value));
  }
  JsonObject& flag(std::string_view key, bool value) { return raw(key, value ? "true" : "false"); }
  JsonObject& number(std::string_view key, std::uint64_t value) {
    return raw(key, std::to_string(value));
  }
  JsonObject& decimal(std::string_view key, double value) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(6) << value;
    return raw(key, text.str());
  }
  JsonObject& raw(std::string_view key, std::string_view json) {
    members_ += (members_.empty() ? "" : ", ") + json_quoted(key) + ": ";
    members_ += json;
    return *this;
  }
  std::string done() const { return '{' + members_ + '}'; }

 private:
  std::string members_;
};

std::string_view word_of(JournalEntry::Kind kind) {
  switch (kind) {
    case JournalEntry::Kind::remark:
      return "remark";
    case JournalEntry::Kind::sent:
      return "sent";
    case JournalEntry::Kind::received:
      return "received";
  }
  return "?";
}

std::string journal_of(const Evidence& evidence) {
  std::string json;
  for (const auto& entry : evidence.journal) {
    const double ms = std::chrono::duration<double, std::milli>(entry.at).count();
    json += json.empty() ? "" : ", ";
    json += JsonObject()
                .decimal("ms", ms)
                .text("kind", word_of(entry.kind))
                .text("party", entry.party)
                .text("what", entry.what)
                .text("octets", hex_of(as_bytes(entry.octets), JournalEntry::kMostOctets))
                .done();
  }
  return '[' + json + ']';
}

}  // namespace

void JsonLinesReport::begin(const SubjectRun& run) {
  file_.write(JsonObject()
                  .text("event", "begin")
                  .text("subject", run.subject)
                  .number("seed", run.seed)
                  .number("cases", run.cases)
                  .done() +
              '\n');
}

void JsonLinesReport::add(const CaseResult& result) {
  const Case& judged = *result.judged;
  const Evidence& evidence = result.evidence;
  JsonObject object;
  object.text("event", "case")
      .text("id", judged.id)
      .text("rule", judged.rule())
      .text("level", to_string(judged.level()))
      .text("side", to_string(judged.side()))
      .text("verdict", to_string(result.verdict))
      .flag("failure", result.is_failure())
      .decimal("seconds", std::chrono::duration<double>(result.took).count());
  if (const auto reason = result.reason(); !reason.empty()) object.text("reason", reason);
  if (!evidence.expected.empty()) object.text("expected", evidence.expected);
  if (!evidence.seen.empty()) object.text("seen", evidence.seen);
  if (!evidence.where.empty()) object.text("at", evidence.where);
  if (result.is_failure()) object.raw("journal", journal_of(evidence));
  file_.write(object.done() + '\n');
}

void JsonLinesReport::classified(const NatType& type) {
  JsonObject object;
  object.text("event", "nat")
      .text("mapping", to_string(type.mapping))
      .text("filtering", to_string(type.filtering));
  if (type.hairpinning) object.flag("hairpinning", *type.hairpinning);
  file_.write(object.done() + '\n');
}

void JsonLinesReport::end(const std::vector<CaseResult>&, const Outcome& outcome) {
  file_.write(JsonObject()
                  .text("event", "end")
                  .number("exit_code", static_cast<std::uint64_t>(outcome.exit_code))
                  .text("why", outcome.why)
                  .done() +
              '\n');
}

}  // namespace fullcone::conformance
