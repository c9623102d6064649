#include "conformance/subject/testbeds.hpp"

#include <filesystem>
#include <iostream>
#include <utility>

#include "conformance/live/live_testbed.hpp"
#include "conformance/simulated/simulated_nat_testbed.hpp"
#include "conformance/simulated/simulated_testbed.hpp"
#include "conformance/target/running_target.hpp"

namespace fullcone::conformance {
namespace {

using Action = CommandLine::Action;

constexpr int kSubjectGone = 3;

Testbeds simulated_testbeds(const CommandLine& line) {
  Testbeds testbeds;
  if (line.with_server) testbeds.push_back(std::make_unique<SimulatedTestbed>(Side::server));
  if (line.with_client) {
    for (const auto mode : {ClientMode::isolated, ClientMode::mux, ClientMode::automatic}) {
      testbeds.push_back(std::make_unique<SimulatedTestbed>(Side::client, mode));
    }
  }
  if (line.with_nat) {
    testbeds.push_back(
        std::make_unique<SimulatedNatTestbed>(nat_subject(line.nat), line.facts.expected));
  }
  if (line.with_proxy) {
    testbeds.push_back(std::make_unique<SimulatedNatTestbed>(MappingPolicy::endpoint_independent,
                                                             line.facts.expected));
  }
  return testbeds;
}

// A command line that stands in another's place: what it may not be any more.
struct Within {
  bool target = false;
  bool parity = false;
};

int interpret(const std::vector<std::string>& arguments, Within within,
              const std::function<int(const CommandLine&)>& act);

int interpret_target(const CommandLine& line, Within within,
                     const std::function<int(const CommandLine&)>& act) {
  if (within.target) throw TargetError("a target's arguments name another target");
  const TargetFile target = read_target(line.target_file);
  try {
    RunningTarget running(target, std::filesystem::absolute(line.target_file).parent_path());
    std::vector<std::string> arguments = running.arguments();
    arguments.insert(arguments.end(), line.rest.begin(), line.rest.end());
    return interpret(arguments, {true, within.parity}, act);
  } catch (const SubjectGone& gone) {
    std::cerr << gone.reason << '\n';
    return kSubjectGone;
  }
}

int interpret(const std::vector<std::string>& arguments, Within within,
              const std::function<int(const CommandLine&)>& act) {
  std::vector<const char*> argv{"fullcone-conformance"};
  for (const auto& each : arguments) argv.push_back(each.c_str());
  int code = 0;
  auto line = parse_command_line(static_cast<int>(argv.size()), argv.data(), code);
  if (!line) return code;
  if (line->action == Action::judge_target) return interpret_target(*line, within, act);
  if (line->action == Action::compare) {
    if (within.target || within.parity) throw TargetError("parity is asked for within a command");
    return interpret(line->rest, {false, true}, act);
  }
  line->parity = within.parity;
  if (line->parity && !line->is_live())
    throw TargetError("parity is between a live subject and the simulated one");
  return act(*line);
}

}  // namespace

Testbeds make_testbeds(const CommandLine& line) {
  Testbeds testbeds;
  switch (line.action) {
    case Action::judge_server:
      testbeds.push_back(
          live_server_testbed({line.address, line.ca_file, line.server_name, line.peer_addresses},
                              line.facts, line.run.seed));
      break;
    case Action::judge_client:
      testbeds.push_back(live_client_testbed({line.launch}, line.facts, line.run.seed));
      break;
    case Action::judge_proxy:
      testbeds.push_back(
          live_proxy_testbed({line.address, line.peer_addresses}, line.facts, line.run.seed));
      break;
    case Action::judge_nat:
      testbeds.push_back(live_nat_testbed({line.client_netns, line.peer_netns, line.peer_addresses},
                                          line.facts, line.run.seed));
      break;
    default:
      return simulated_testbeds(line);
  }
  return testbeds;
}

std::unique_ptr<Testbed> simulated_counterpart(const CommandLine& line) {
  const NatBehaviour& expected = line.facts.expected;
  switch (line.action) {
    case Action::judge_client:
      return std::make_unique<SimulatedTestbed>(Side::client, line.facts.mode);
    case Action::judge_proxy: {
      const bool independent = expected.mapping.value_or(Dependence::endpoint_independent) ==
                               Dependence::endpoint_independent;
      return std::make_unique<SimulatedNatTestbed>(
          independent ? MappingPolicy::endpoint_independent : MappingPolicy::by_destination,
          expected);
    }
    case Action::judge_nat:
      return std::make_unique<SimulatedNatTestbed>(nat_subject(expected), expected);
    default:
      return std::make_unique<SimulatedTestbed>(Side::server);
  }
}

int with_command_line(const std::vector<std::string>& arguments,
                      const std::function<int(const CommandLine&)>& act) {
  return interpret(arguments, {}, act);
}

}  // namespace fullcone::conformance
