// fullcone-conformance: judges a subject by the rules of SPEC.md. See README.md.
#include <exception>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "conformance/command_line.hpp"
#include "conformance/coverage.hpp"
#include "conformance/junit_report.hpp"
#include "conformance/live/live_testbed.hpp"
#include "conformance/live/terminal.hpp"
#include "conformance/run.hpp"
#include "conformance/simulated/simulated_testbed.hpp"
#include "conformance/target/running_target.hpp"
#include "conformance/terminal_report.hpp"

namespace fullcone::conformance {
namespace {

constexpr int kUsage = 2;
constexpr int kSubjectGone = 3;

std::vector<std::unique_ptr<Testbed>> make_testbeds(const CommandLine& line) {
  std::vector<std::unique_ptr<Testbed>> testbeds;
  switch (line.action) {
    case CommandLine::Action::judge_server:
      testbeds.push_back(live_server_testbed({line.address, line.ca_file, line.server_name},
                                             line.facts, line.run.seed));
      break;
    case CommandLine::Action::judge_client:
      testbeds.push_back(live_client_testbed({line.launch}, line.facts, line.run.seed));
      break;
    default:
      if (line.with_server) testbeds.push_back(std::make_unique<SimulatedTestbed>(Side::server));
      if (line.with_client) testbeds.push_back(std::make_unique<SimulatedTestbed>(Side::client));
  }
  return testbeds;
}

int judge(CommandLine line) {
  if (line.action == CommandLine::Action::simulate) line.run.pace = kSimulatedPace;
  std::vector<std::unique_ptr<Report>> reports;
  reports.push_back(std::make_unique<TerminalReport>(std::cout, stdout_is_coloured()));
  if (!line.junit_file.empty()) reports.push_back(std::make_unique<JunitReport>(line.junit_file));
  std::vector<CaseResult> results;
  try {
    for (const auto& testbed : make_testbeds(line)) {
      run_cases(*testbed, line.run, reports, results);
    }
  } catch (const SubjectGone& gone) {
    std::cerr << gone.reason << '\n';
    return kSubjectGone;
  }
  if (results.empty()) {
    std::cerr << "no case matched\n";
    return kUsage;
  }
  for (const auto& report : reports) report->end(results);
  return exit_code(results, line.strict);
}

int run(std::vector<std::string> arguments, bool within_target);

int judge_target(const CommandLine& line) {
  const TargetFile target = read_target(line.target_file);
  try {
    RunningTarget running(target, std::filesystem::path(line.target_file).parent_path());
    std::vector<std::string> arguments = running.arguments();
    arguments.insert(arguments.end(), line.target_arguments.begin(), line.target_arguments.end());
    return run(std::move(arguments), true);
  } catch (const SubjectGone& gone) {
    std::cerr << gone.reason << '\n';
    return kSubjectGone;
  }
}

int list_rules() {
  print_coverage(std::cout);
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
      print_cases(std::cout);
      return 0;
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
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return fullcone::conformance::kUsage;
  }
}
