#include "conformance/reports/html_report.hpp"

#include <string_view>
#include <utility>

#include "conformance/reports/escaping.hpp"
#include "conformance/reports/failure_article.hpp"
#include "conformance/reports/nat_picture.hpp"
#include "conformance/reports/whole_file.hpp"

namespace fullcone::conformance {
namespace {

constexpr std::string_view kStyle =
#include "conformance/page_css.inc"
    ;
constexpr std::string_view kScript =
#include "conformance/page_js.inc"
    ;
// Base64 of page.js's SHA-256; browsers, and test_reports.py, say what it should be.
constexpr std::string_view kScriptHash = "TpJxsxJ4tF7pVi8TBR2+NjHz701QhsP5Ca983VaMEVk=";

constexpr std::string_view kUnended = "The run has not ended.";

std::string element(std::string_view name, std::string_view html) {
  return '<' + std::string(name) + '>' + std::string(html) + "</" + std::string(name) + ">\n";
}

std::string case_attributes(const CaseResult& result, std::string_view key) {
  return " data-case=\"" + xml_escaped(key) + "\" data-verdict=\"" +
         std::string(to_string(result.verdict)) + '"';
}

std::string verdict_columns(std::string_view first) {
  std::string row = "<th scope=\"col\">" + std::string(first) + "</th>";
  for (const Verdict verdict : kVerdicts) {
    const std::string word(to_string(verdict));
    row += "<th scope=\"col\" class=\"" + word + "\">" + word + "</th>";
  }
  return element("thead", element("tr", row));
}

// Where a case is told of: its failure, or its row in the table.
std::string link_to(const CaseResult& result, const std::string& key) {
  const std::string id = xml_escaped(result.judged->id);
  return "<a href=\"#" + std::string(result.is_failure() ? "failure-" : "case-") +
         xml_escaped(key) + "\" title=\"" + id + "\">" +
         id.substr(result.judged->rule().size() + 1) + "</a>";
}

// A rule's row: its cases under the verdicts that they came to. Empty: it has none.
template <class KeyOf>
std::string matrix_row(const Rule& rule, const std::vector<CaseResult>& results, KeyOf&& key_of) {
  std::string cells;
  bool any = false;
  for (const Verdict verdict : kVerdicts) {
    cells += "<td class=\"" + std::string(to_string(verdict)) + "\">";
    for (const CaseResult& each : results) {
      if (each.verdict != verdict || each.judged->rule() != rule.id) continue;
      any = true;
      const std::string key = key_of(each);
      cells += "<span class=\"case\"" + case_attributes(each, key) + '>' + link_to(each, key) +
               "</span>";
    }
    cells += "</td>";
  }
  if (!any) return {};
  return element("tr", "<th scope=\"row\">" + std::string(rule.id) + "<span class=\"level\">" +
                           std::string(to_string(rule.level)) + "</span></th>" + cells);
}

template <class KeyOf>
std::string matrix_of(const std::vector<CaseResult>& results, KeyOf&& key_of) {
  std::string rows;
  for (const Rule& rule : spec_rules()) rows += matrix_row(rule, results, key_of);
  return "<div class=\"wide\"><table class=\"matrix\">\n" + verdict_columns("rule") +
         element("tbody", rows) + "</table></div>\n";
}

std::string case_row(const CaseResult& result, const std::string& key, std::string_view subject) {
  const Case& judged = *result.judged;
  const std::string id = xml_escaped(judged.id), verdict(to_string(result.verdict));
  const std::string reason = xml_escaped(result.reason());
  return "<tr" + case_attributes(result, key) + " id=\"case-" + xml_escaped(key) +
         "\"><th scope=\"row\">" + id + "<span class=\"level\">" +
         std::string(to_string(judged.level())) + "</span></th><td class=\"" + verdict + "\">" +
         verdict + "</td><td>" + xml_escaped(judged.why) +
         (reason.empty() ? "" : "<br><span class=\"soft\">" + reason + "</span>") +
         "</td><td class=\"soft\">" + xml_escaped(subject) + "</td><td class=\"soft\">" +
         milliseconds(result.took) + "</td></tr>\n";
}

std::string tally_list(const Tally& tally) {
  std::string items;
  for (const Verdict verdict : kVerdicts) {
    const std::string word(to_string(verdict));
    items += "<li class=\"" + word + "\"><strong>" + std::to_string(tally.of(verdict)) +
             "</strong>" + word;
    if (verdict == Verdict::fail && tally.expected() != 0) {
      items += ", " + std::to_string(tally.expected()) + " expected";
    }
    items += "</li>\n";
  }
  return "<ul class=\"tally\" aria-label=\"Verdicts\">\n" + items + "</ul>\n";
}

// The same case may be told of several subjects: "s2.CONE-5.stranger" is the second's.
std::string key_of(std::size_t part, const CaseResult& result) {
  return 's' + std::to_string(part) + '.' + std::string(result.judged->id);
}

// Hidden until page.js is there to do what it promises.
std::string filter_box() {
  std::string form =
      "<form class=\"filter\" role=\"search\" hidden>\n<input type=\"search\" "
      "aria-label=\"Filter cases\" placeholder=\"Filter: words of an id, a reason, a level\">\n";
  for (const Verdict verdict : kVerdicts) {
    const std::string word(to_string(verdict));
    form += "<label class=\"" + word + "\"><input type=\"checkbox\" value=\"" + word +
            "\" checked> " + word + "</label>\n";
  }
  return form + "<output class=\"soft\"></output>\n</form>\n";
}

std::string head() {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
         "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
         "script-src 'sha256-" +
         std::string(kScriptHash) +
         "'\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<link rel=\"icon\" href=\"data:,\">\n<title>UDP conformance</title>\n<style>" +
         std::string(kStyle) + "</style>\n</head>\n";
}

}  // namespace

HtmlReport::HtmlReport(std::filesystem::path file) : file_(std::move(file)) {
  write(std::string(kUnended));
}

void HtmlReport::begin(const SubjectRun& run) {
  parts_.push_back({run.subject, {}});
  subjects_ += "<p class=\"subject\"><code>" + xml_escaped(run.subject) +
               "</code> <span class=\"soft\">seed " + std::to_string(run.seed) + "</span></p>\n";
  write(std::string(kUnended));
}

void HtmlReport::add(const CaseResult& result) {
  Part& part = parts_.back();
  part.results.push_back(result);
  part.results.back().evidence.journal.clear();
  tally_.add(result);
  const std::string key = key_of(parts_.size(), result);
  cases_ += case_row(result, key, part.subject);
  if (result.is_failure()) failures_ += failure_article(result, key);
  write(std::string(kUnended));
}

void HtmlReport::classified(const NatType& type) {
  std::string words = "mapping: " + std::string(to_string(type.mapping)) +
                      "; filtering: " + std::string(to_string(type.filtering));
  if (type.hairpinning)
    words += std::string("; hairpinning: ") + (*type.hairpinning ? "yes" : "no");
  pictures_ += "<section>\n" + element("h2", "NAT type: " + nat_name(type)) +
               element("p", element("code", xml_escaped(parts_.back().subject)) + words) +
               "<div class=\"wide\">" + nat_picture(type) + "</div></section>\n";
}

void HtmlReport::end(const std::vector<CaseResult>&, const Outcome& outcome) { write(outcome.why); }

std::string HtmlReport::matrices() const {
  std::string html;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const auto key = [&](const CaseResult& result) { return key_of(i + 1, result); };
    if (parts_.size() > 1) html += element("h3", xml_escaped(parts_[i].subject));
    html += matrix_of(parts_[i].results, key);
  }
  return html;
}

void HtmlReport::write(const std::string& notice) const {
  std::string page = head() + "<body>\n<header>\n" + element("h1", "UDP conformance") + subjects_;
  if (!notice.empty())
    page += "<p class=\"notice\" role=\"status\">" + xml_escaped(notice) + "</p>\n";
  page += tally_list(tally_) + "</header>\n<main>\n" + pictures_ + filter_box();
  if (!failures_.empty()) {
    page += "<section id=\"failures\">\n" + element("h2", "Failures") + failures_ + "</section>\n";
  }
  page += "<section id=\"matrix\">\n" + element("h2", "Rules and verdicts") + matrices() +
          "</section>\n<section id=\"cases\">\n" + element("h2", "Cases") +
          "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">case</th>"
          "<th scope=\"col\">verdict</th><th scope=\"col\">why it matters</th>"
          "<th scope=\"col\">subject</th><th scope=\"col\">took</th></tr></thead>\n" +
          element("tbody", cases_) + "</table></div>\n</section>\n</main>\n";
  write_whole(file_, page + "<script>" + std::string(kScript) + "</script>\n</body>\n</html>\n");
}

}  // namespace fullcone::conformance
