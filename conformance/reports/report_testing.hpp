// For tests of reports: results made by hand, and what came of them.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/report.hpp"
#include "conformance/text_file.hpp"

namespace fullcone::conformance {

inline void no_body(ServerBed&) {}
inline Case case_of(std::string_view id) { return {id, "Why.", &no_body, {}, "file.cpp", 1}; }

inline const Case kMust = case_of("CONE-5.stranger");
inline const Case kShould = case_of("EGRESS-1.private");
inline const Case kMay = case_of("CONE-E.one-port");

// What a subject might send to make trouble in one report or another.
inline constexpr std::string_view kHostile =
    "<script>alert(1)</script> --> ]]> # TODO |x| \\\"\n1..0\n...\n[a](http://b) \x1b[2J \xff";

inline CaseResult result_of(const Case& judged, Verdict verdict, bool gone = false) {
  Evidence evidence;
  if (verdict != Verdict::pass) evidence = {"a <thing>", std::string(kHostile), "cases.cpp:7", {}};
  evidence.journal = {{1ms, JournalEntry::Kind::remark, "", "begins", ""},
                      {2ms, JournalEntry::Kind::sent, "channel 1", "\"hi\"", "hi"},
                      {3ms, JournalEntry::Kind::received, "peer 1 (127.0.0.1:53)", "\"hi\"", "hi"},
                      {4ms, JournalEntry::Kind::received, std::string(kHostile), "\"hi\"", "<hi>"}};
  return {&judged, verdict, std::move(evidence), 1ms, gone};
}

inline CaseResult expected_failure(const Case& judged) {
  CaseResult result = result_of(judged, Verdict::fail);
  result.expectation = Expectation::met;
  result.known_as = "https://example.org/17, known.toml:3";
  return result;
}

inline CaseResult unexpected_pass(const Case& judged) {
  CaseResult result = result_of(judged, Verdict::pass);
  result.expectation = Expectation::broken;
  result.known_as = "https://example.org/17, known.toml:3";
  return result;
}

inline std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

// A report of a kind into a file of its own, which goes with it.
template <class FileReport>
class Reported : public testing::Test {
 protected:
  Reported() : report_(file_) { report_.begin({"server <192.0.2.1:443>", 7, 3}); }
  ~Reported() override { std::filesystem::remove(file_); }

  // What the file then holds.
  std::string after(const CaseResult& result) {
    report_.add(result);
    return text();
  }
  std::string after_end(const Outcome& outcome) {
    report_.end({}, outcome);
    return text();
  }
  std::string text() const { return read_text(file_); }

  static std::string test_name() {
    const auto* const test = testing::UnitTest::GetInstance()->current_test_info();
    return std::string(test->test_suite_name()) + '.' + test->name();
  }

  const std::filesystem::path file_ = std::filesystem::path(testing::TempDir()) / test_name();
  FileReport report_;
};

}  // namespace fullcone::conformance
