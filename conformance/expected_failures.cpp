#include "conformance/expected_failures.hpp"

#include <algorithm>
#include <utility>

#include "conformance/glob.hpp"
#include "conformance/text_file.hpp"
#include "conformance/toml_reader.hpp"

namespace fullcone::conformance {
namespace {

bool fits(const std::string& cases, std::string_view id) {
  return Selection{.only = {cases}, .skip = {}}.picks(id);
}

}  // namespace

ExpectedFailures::ExpectedFailures(std::string_view text, const std::string& name,
                                   std::chrono::year_month_day today) {
  const toml::table table = parse_toml(text, name);
  const TomlReader reader(name, table, {"failure"});
  const auto take = [&](const TomlReader& failure) {
    Entry entry{failure.text("case"), failure.text("contains"), failure.text("link"),
                failure.where()};
    if (failure.date("expires") < today) {
      failure.fail("the expected failure of " + entry.cases + " has expired (" + entry.link + ")");
    }
    const auto fits_it = [&](const Case& each) { return fits(entry.cases, each.id); };
    if (std::ranges::none_of(all_cases(), fits_it)) {
      failure.fail("no case is called " + entry.cases);
    }
    entries_.push_back(std::move(entry));
  };
  reader.tables("failure", {"case", "contains", "link", "expires"}, take);
}

void ExpectedFailures::amend(CaseResult& result) const {
  if (result.subject_gone) return;
  for (const Entry& entry : entries_) {
    if (!fits(entry.cases, result.judged->id)) continue;
    const bool passed = result.verdict == Verdict::pass;
    const bool as_expected = result.verdict == Verdict::fail &&
                             result.evidence.reason().find(entry.contains) != std::string::npos;
    if (!passed && !as_expected) continue;
    result.expectation = passed ? Expectation::broken : Expectation::met;
    result.known_as = entry.link + ", " + entry.where;
    return;
  }
}

ExpectedFailures read_expected_failures(const std::filesystem::path& file) {
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  return {read_text(file), file.string(), today};
}

}  // namespace fullcone::conformance
