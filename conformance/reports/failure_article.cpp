#include "conformance/reports/failure_article.hpp"

#include "conformance/reports/escaping.hpp"
#include "conformance/reports/hex_dump.hpp"
#include "conformance/reports/sequence_chart.hpp"

namespace fullcone::conformance {
namespace {

std::string described(std::string_view term, std::string_view text) {
  if (text.empty()) return {};
  return "<dt>" + std::string(term) + "</dt><dd>" + xml_escaped(text) + "</dd>\n";
}

std::string journal_row(const JournalEntry& entry) {
  std::string row = "<tr><td>" + milliseconds(entry.at) + "</td><td>" + xml_escaped(entry.text());
  if (!entry.octets.empty()) row += "<pre>" + xml_escaped(hex_dump(entry.octets)) + "</pre>";
  return row + "</td></tr>\n";
}

std::string journal_table(const std::vector<JournalEntry>& journal) {
  if (journal.empty()) return {};
  std::string table =
      "<details><summary>Journal and octets</summary><div class=\"wide\">"
      "<table class=\"journal\">\n<thead><tr><th scope=\"col\">time</th>"
      "<th scope=\"col\">what passed</th></tr></thead>\n<tbody>\n";
  for (const auto& entry : journal) table += journal_row(entry);
  return table + "</tbody></table></div></details>\n";
}

}  // namespace

std::string failure_article(const CaseResult& result, std::string_view key) {
  const Case& judged = *result.judged;
  const Evidence& evidence = result.evidence;
  const std::string id = xml_escaped(judged.id), address = xml_escaped(key);
  std::string article = "<article data-case=\"" + address + "\" data-verdict=\"" +
                        std::string(to_string(result.verdict)) + "\" id=\"failure-" + address +
                        "\">\n" + "<h3>" + id + " <span class=\"level\">" +
                        std::string(to_string(judged.level())) + "</span></h3>\n<p>" +
                        xml_escaped(judged.why) + "</p>\n<dl>\n";
  if (result.expectation != Expectation::none) article += described("verdict", result.reason());
  article += described("expected", evidence.expected) + described("seen", evidence.seen) +
             described("at", evidence.where) + "</dl>\n";
  const std::string chart =
      sequence_chart(evidence.journal, "What passed in " + std::string(judged.id));
  if (!chart.empty()) article += "<div class=\"wide\" tabindex=\"0\">" + chart + "</div>\n";
  return article + journal_table(evidence.journal) + "</article>\n";
}

}  // namespace fullcone::conformance
