// fullcone-conformance: judges a subject by the rules of SPEC.md. See README.md.
#include <signal.h>

#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "conformance/command_line.hpp"
#include "conformance/coverage.hpp"
#include "conformance/expected_failures.hpp"
#include "conformance/live/live_testbed.hpp"
#include "conformance/live/stop.hpp"
#include "conformance/live/terminal.hpp"
#include "conformance/reports/make_reports.hpp"
#include "conformance/schedule.hpp"
#include "conformance/simulated/simulated_nat_testbed.hpp"
#include "conformance/simulated/simulated_testbed.hpp"
#include "conformance/target/running_target.hpp"

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

using Testbeds = std::vector<std::unique_ptr<Testbed>>;

Testbeds make_testbeds(const CommandLine& line) {
  Testbeds testbeds;
  switch (line.action) {
    case CommandLine::Action::judge_server:
      testbeds.push_back(live_server_testbed(
          {line.address, line.ca_file, line.server_name, line.peer_addresses}, line.facts,
          line.run.seed));
      break;
    case CommandLine::Action::judge_client:
      testbeds.push_back(live_client_testbed({line.launch}, line.facts, line.run.seed));
      break;
    case CommandLine::Action::judge_proxy:
      testbeds.push_back(
          live_proxy_testbed({line.address, line.peer_addresses}, line.facts, line.run.seed));
      break;
    case CommandLine::Action::judge_nat:
      testbeds.push_back(live_nat_testbed({line.client_netns, line.peer_netns, line.peer_addresses},
                                          line.facts, line.run.seed));
      break;
    default:
      if (line.with_server) testbeds.push_back(std::make_unique<SimulatedTestbed>(Side::server));
      if (line.with_client) testbeds.push_back(std::make_unique<SimulatedTestbed>(Side::client));
      if (line.with_nat) {
        testbeds.push_back(
            std::make_unique<SimulatedNatTestbed>(nat_subject(line.nat), line.facts.expected));
      }
      if (line.with_proxy) {
        testbeds.push_back(std::make_unique<SimulatedNatTestbed>(
            MappingPolicy::endpoint_independent, line.facts.expected));
      }
  }
  return testbeds;
}

std::vector<const Case*> selected_for(const Testbeds& testbeds, const RunOptions& options) {
  std::vector<const Case*> cases;
  for (const auto& testbed : testbeds) {
    const auto its_own = selected_cases(testbed->side(), options);
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

Outcome run_all(const Testbeds& testbeds, const CommandLine& line,
                const std::vector<std::unique_ptr<Report>>& reports,
                std::vector<CaseResult>& results) {
  try {
    for (const auto& testbed : testbeds) {
      run_cases(*testbed, line.run, reports, results);
      if (stopping_signal() != 0) break;
    }
  } catch (const SubjectGone& gone) {
    return {kSubjectGone, gone.reason};
  }
  return outcome_of(results, line.strict);
}

int judge(CommandLine line) {
  if (line.action == CommandLine::Action::simulate) {
    const Duration case_limit = line.run.pace.case_limit;
    line.run.pace = kSimulatedPace;
    line.run.pace.case_limit = case_limit;
  }
  const Testbeds testbeds = make_testbeds(line);
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
  line.run.pace.stop = &stop_on_signals();
  if (line.total_timeout) stop_after(*line.total_timeout);
  const auto reports = make_reports(line.files, std::cout,
                                    {stdout_is_coloured(), stdout_is_terminal(), line.verbosity});
  std::vector<CaseResult> results;
  const Outcome outcome = run_all(testbeds, line, reports, results);
  for (const auto& report : reports) report->end(results, outcome);
  return outcome.exit_code;
}

int run(std::vector<std::string> arguments, bool within_target);

int judge_target(const CommandLine& line) {
  const TargetFile target = read_target(line.target_file);
  try {
    RunningTarget running(target, std::filesystem::absolute(line.target_file).parent_path());
    std::vector<std::string> arguments = running.arguments();
    arguments.insert(arguments.end(), line.target_arguments.begin(), line.target_arguments.end());
    return run(std::move(arguments), true);
  } catch (const SubjectGone& gone) {
    std::cerr << gone.reason << '\n';
    return kSubjectGone;
  }
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

// `arguments`: without the program's name.
int run(std::vector<std::string> arguments, bool within_target) {
  std::vector<const char*> argv{"fullcone-conformance"};
  for (const auto& each : arguments) argv.push_back(each.c_str());
  int code = 0;
  const auto line = parse_command_line(static_cast<int>(argv.size()), argv.data(), code);
  if (!line) return code;
  switch (line->action) {
    case CommandLine::Action::judge_target:
      if (within_target) throw TargetError("a target's arguments name another target");
      return judge_target(*line);
    case CommandLine::Action::list_cases:
      return list_cases(line->run);
    case CommandLine::Action::list_rules:
      return list_rules();
    default:
      return judge(*line);
  }
}

}  // namespace
}  // namespace fullcone::conformance

int main(int argc, char** argv) {
  try {
    return fullcone::conformance::run({argv + 1, argv + argc}, false);
  } catch (const fullcone::conformance::SubjectGone& gone) {
    std::cerr << gone.reason << '\n';
    return fullcone::conformance::kSubjectGone;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return fullcone::conformance::kUsage;
  }
}
