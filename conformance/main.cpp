// fullcone-conformance: judges a subject by the rules of SPEC.md. See README.md.
#include <signal.h>

#include <exception>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "conformance/capture/capture_folder.hpp"
#include "conformance/command_line.hpp"
#include "conformance/coverage.hpp"
#include "conformance/expected_failures.hpp"
#include "conformance/live/stop.hpp"
#include "conformance/live/terminal.hpp"
#include "conformance/parity.hpp"
#include "conformance/reports/make_reports.hpp"
#include "conformance/schedule.hpp"
#include "conformance/simulated/simulated_testbed.hpp"
#include "conformance/subject/testbeds.hpp"

namespace fullcone::conformance {
namespace {

// What the suite was tested with; the build writes the file.
constexpr NamedMutant kMutants[] = {
#include "conformance/mutants.inc"
};

constexpr int kUsage = 2;
constexpr int kSubjectGone = 3;
constexpr int kInconclusive = 4;
constexpr int kStopped = 128;  // and the signal, as shells have it

std::vector<const Case*> selected_for(const Testbeds& testbeds, const RunOptions& options) {
  std::vector<const Case*> cases;
  for (const auto& testbed : testbeds) {
    const auto its_own = selected_cases(testbed->side(), options, testbed->facts().mode);
    cases.insert(cases.end(), its_own.begin(), its_own.end());
  }
  return cases;
}

// How a run ended that nothing came across, or a signal.
Outcome outcome_of(const std::vector<CaseResult>& results, bool strict) {
  const int code = exit_code(results, strict);
  if (stopping_signal() == SIGALRM) {
    return {code == 0 ? kInconclusive : code, "the run's time is over; not every case was tried"};
  }
  if (stopping_signal() != 0) return {kStopped + stopping_signal(), "interrupted"};
  if (code == kSubjectGone) return {code, "the subject is gone; not every case was tried"};
  return {code, ""};
}

RunOptions options_for(const Testbed& testbed, const CommandLine& line) {
  RunOptions options = line.run;
  if (!testbed.is_simulated()) return options;
  options.pace = kSimulatedPace;
  options.pace.case_limit = line.run.pace.case_limit;
  options.pace.stop = line.run.pace.stop;
  if (line.parity) options.amend = {};  // what is known of the live one
  return options;
}

Outcome run_all(const Testbeds& testbeds, const CommandLine& line,
                const std::vector<std::unique_ptr<Report>>& reports,
                std::vector<CaseResult>& results) {
  try {
    for (const auto& testbed : testbeds) {
      run_cases(*testbed, options_for(*testbed, line), reports, results);
      if (stopping_signal() != 0) break;
    }
  } catch (const SubjectGone& gone) {
    return {kSubjectGone, gone.reason};
  }
  return outcome_of(results, line.strict);
}

// Of a run that came to its end, by the simulated half of `results` and the live one.
int judge_parity(const std::vector<CaseResult>& results, std::size_t simulated,
                 const Outcome& outcome) {
  if (!outcome.why.empty()) return outcome.exit_code;
  const std::span all(results);
  const Parity parity = compare(all.first(simulated), all.subspan(simulated));
  print_parity(std::cout, parity);
  return parity.exit_code();
}

int judge(CommandLine line) {
  Testbeds testbeds = make_testbeds(line);
  if (line.parity) testbeds.insert(testbeds.begin(), simulated_counterpart(line));
  const auto selected = selected_for(testbeds, line.run);
  if (selected.empty()) {
    std::cerr << "no case matched\n";
    return kUsage;
  }
  if (line.dry_run) {
    print_cases(std::cout, selected);
    return 0;
  }
  ExpectedFailures known;
  if (!line.expected_failures_file.empty()) {
    known = read_expected_failures(line.expected_failures_file);
  }
  line.run.amend = [&](CaseResult& result) { known.amend(result); };
  std::optional<CaptureFolder> captures;
  if (!line.capture_folder.empty()) {
    captures.emplace(line.capture_folder);
    line.run.make_wiretap = [&](const Testbed& testbed, const Case& judged) {
      return captures->capture(testbed.subject(), judged);
    };
  }
  line.run.pace.stop = &stop_on_signals();
  if (line.total_timeout) stop_after(*line.total_timeout);
  const auto reports = make_reports(line.files, std::cout,
                                    {stdout_is_coloured(), stdout_is_terminal(), line.verbosity});
  std::vector<CaseResult> results;
  const Outcome outcome = run_all(testbeds, line, reports, results);
  for (const auto& report : reports) report->end(results, outcome);
  return line.parity ? judge_parity(results, selected.size() / 2, outcome) : outcome.exit_code;
}

int list_cases(RunOptions options) {
  if (options.selection.only.empty()) options.selection.only = {"*"};  // of every profile
  std::vector<const Case*> cases;
  for (const Side side : {Side::server, Side::client, Side::nat}) {
    const auto its_own = selected_cases(side, options);
    cases.insert(cases.end(), its_own.begin(), its_own.end());
  }
  print_cases(std::cout, cases);
  return cases.empty() ? kUsage : 0;
}

int list_rules() {
  print_coverage(std::cout, kMutants);
  const auto uncovered = uncovered_rules();
  for (const auto& rule : uncovered) std::cout << "no case: " << rule << '\n';
  return uncovered.empty() ? 0 : 1;
}

int run(const CommandLine& line) {
  switch (line.action) {
    case CommandLine::Action::list_cases:
      return list_cases(line.run);
    case CommandLine::Action::list_rules:
      return list_rules();
    default:
      return judge(line);
  }
}

}  // namespace
}  // namespace fullcone::conformance

int main(int argc, char** argv) {
  try {
    return fullcone::conformance::with_command_line({argv + 1, argv + argc},
                                                    &fullcone::conformance::run);
  } catch (const fullcone::conformance::SubjectGone& gone) {
    std::cerr << gone.reason << '\n';
    return fullcone::conformance::kSubjectGone;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return fullcone::conformance::kUsage;
  }
}
