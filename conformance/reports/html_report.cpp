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

std::string case_attributes(const CaseResult& result) {
  return " data-case=\"" + xml_escaped(result.judged->id) + "\" data-verdict=\"" +
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

// A rule's row: its cases under the verdicts that they came to.
std::string matrix_row(const Rule& rule, const std::vector<const CaseResult*>& results) {
  std::string row = "<th scope=\"row\">" + std::string(rule.id) + "<span class=\"level\">" +
                    std::string(to_string(rule.level)) + "</span></th>";
  for (const Verdict verdict : kVerdicts) {
    row += "<td class=\"" + std::string(to_string(verdict)) + "\">";
    for (const CaseResult* const each : results) {
      if (each->verdict != verdict) continue;
      const std::string id = xml_escaped(each->judged->id);
      const std::string name = id.substr(each->judged->rule().size() + 1);
      row += "<span class=\"case\"" + case_attributes(*each) + "><a href=\"#" +
             (each->is_failure() ? "failure-" : "case-") + id + "\" title=\"" + id + "\">" + name +
             "</a></span>";
    }
    row += "</td>";
  }
  return element("tr", row);
}

std::string case_row(const CaseResult& result) {
  const Case& judged = *result.judged;
  const std::string id = xml_escaped(judged.id), verdict(to_string(result.verdict));
  const std::string reason = xml_escaped(result.reason());
  return "<tr" + case_attributes(result) + " id=\"case-" + id + "\"><th scope=\"row\">" + id +
         "<span class=\"level\">" + std::string(to_string(judged.level())) +
         "</span></th><td class=\"" + verdict + "\">" + verdict + "</td><td>" +
         xml_escaped(judged.why) +
         (reason.empty() ? "" : "<br><span class=\"soft\">" + reason + "</span>") +
         "</td><td class=\"soft\">" + milliseconds(result.took) + "</td></tr>\n";
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
  subjects_ += "<p class=\"subject\"><code>" + xml_escaped(run.subject) +
               "</code> <span class=\"soft\">seed " + std::to_string(run.seed) + "</span></p>\n";
  write(std::string(kUnended));
}

void HtmlReport::add(const CaseResult& result) {
  results_.push_back(result);
  results_.back().evidence.journal.clear();
  cases_ += case_row(result);
  if (result.is_failure()) failures_ += failure_article(result);
  write(std::string(kUnended));
}

void HtmlReport::classified(const NatType& type) {
  std::string words = "mapping: " + std::string(to_string(type.mapping)) +
                      "; filtering: " + std::string(to_string(type.filtering));
  if (type.hairpinning)
    words += std::string("; hairpinning: ") + (*type.hairpinning ? "yes" : "no");
  pictures_ += "<section>\n" + element("h2", "NAT type: " + nat_name(type)) + element("p", words) +
               "<div class=\"wide\">" + nat_picture(type) + "</div></section>\n";
}

void HtmlReport::end(const std::vector<CaseResult>&, const Outcome& outcome) { write(outcome.why); }

std::string HtmlReport::matrix() const {
  std::string rows;
  for (const Rule& rule : spec_rules()) {
    std::vector<const CaseResult*> its_own;
    for (const auto& result : results_) {
      if (result.judged->rule() == rule.id) its_own.push_back(&result);
    }
    if (!its_own.empty()) rows += matrix_row(rule, its_own);
  }
  return "<div class=\"wide\"><table class=\"matrix\">\n" + verdict_columns("rule") +
         element("tbody", rows) + "</table></div>\n";
}

void HtmlReport::write(const std::string& notice) const {
  std::string page = head() + "<body>\n<header>\n" + element("h1", "UDP conformance") + subjects_;
  if (!notice.empty())
    page += "<p class=\"notice\" role=\"status\">" + xml_escaped(notice) + "</p>\n";
  page += tally_list(tally_of(results_)) + "</header>\n<main>\n" + pictures_ + filter_box();
  if (!failures_.empty()) {
    page += "<section id=\"failures\">\n" + element("h2", "Failures") + failures_ + "</section>\n";
  }
  page += "<section id=\"matrix\">\n" + element("h2", "Rules and verdicts") + matrix() +
          "</section>\n<section id=\"cases\">\n" + element("h2", "Cases") +
          "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">case</th>"
          "<th scope=\"col\">verdict</th><th scope=\"col\">why it matters</th>"
          "<th scope=\"col\">took</th></tr></thead>\n" +
          element("tbody", cases_) + "</table></div>\n</section>\n</main>\n";
  write_whole(file_, page + "<script>" + std::string(kScript) + "</script>\n</body>\n</html>\n");
}

}  // namespace fullcone::conformance
