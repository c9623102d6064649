// Failures that are known, so that a run is about those that are not: a TOML file of
//
//   [[failure]]
//   case = "CONE-5.stranger"                 # an id, a rule's id or a glob
//   contains = "no CRUMFURS message"         # what the reason must contain; "" takes any
//   link = "https://example.org/issues/17"   # where it is dealt with
//   expires = 2027-01-31                     # the last day that it is put up with
//
// The list may not outlive what it lists: a case that passes although it is here is an error, and
// so is an entry that has expired or that no case's id fits.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/report.hpp"

namespace fullcone::conformance {

class ExpectedFailures {
 public:
  // None.
  ExpectedFailures() = default;
  // `name` is what errors call the text. Throws FileError.
  ExpectedFailures(std::string_view text, const std::string& name,
                   std::chrono::year_month_day today);

  // Notes in `result` that it was expected, or that it passed against expectation.
  void amend(CaseResult& result) const;

 private:
  struct Entry {
    std::string cases;
    std::string contains;
    std::string link;
    std::string where;  // FILE:LINE
  };

  std::vector<Entry> entries_;
};

// Throws FileError.
ExpectedFailures read_expected_failures(const std::filesystem::path& file);

}  // namespace fullcone::conformance
