#include "simulator/sweep/commands.hpp"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "simulator/sweep/failure_file.hpp"
#include "simulator/sweep/report.hpp"
#include "simulator/sweep/sweep.hpp"
#include "simulator/sweep/views.hpp"

namespace fullcone::sim {
namespace {

// nullopt: stderr says why not.
std::optional<Replay> load(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  if (!in) {
    std::fprintf(stderr, "--replay: %s cannot be read\n", path.c_str());
    return std::nullopt;
  }
  auto parsed = parse_replay(text.str());
  if (const auto* const error = std::get_if<ReplayError>(&parsed)) {
    std::fprintf(stderr, "%s\n", to_string(*error, path).c_str());
    return std::nullopt;
  }
  Replay& replay = std::get<Replay>(parsed);
  if (!replay.life && find_scenario(replay.scenario) == nullptr) {
    std::fprintf(stderr, "%s: there is no life in it, and no scenario is called \"%s\"\n",
                 path.c_str(), replay.scenario.c_str());
    return std::nullopt;
  }
  return std::move(replay);
}

void unknown_scenario(const std::string& name) {
  std::fprintf(stderr, "--scenario: found \"%s\"; expected: all", name.c_str());
  for (const Scenario& scenario : scenarios()) std::fprintf(stderr, ", %s", scenario.name.c_str());
  std::fputc('\n', stderr);
}

Exit cannot_write(const std::string& json) {
  std::fprintf(stderr, "--json: %s cannot be written\n", json.c_str());
  return kUsage;
}

}  // namespace

Exit list_scenarios() {
  for (const Scenario& scenario : scenarios()) {
    std::printf("%-32s %.*s\n", scenario.name.c_str(), static_cast<int>(scenario.moral.size()),
                scenario.moral.data());
  }
  return kClean;
}

Exit replay_file(const Options& options) {
  const auto replay = load(options.replay);
  if (!replay) return kUsage;
  Views views(options);
  const Outcome outcome = play(*replay, views.onlooker());
  if (!views.finish()) return kUsage;
  if (replay->hash && *replay->hash != outcome.trace_hash) {
    std::fprintf(stderr,
                 "%s: the trace is another one than when it was written: the file or the "
                 "program has changed since\n",
                 options.replay.c_str());
  }
  if (options.check_determinism && play(*replay).trace_hash != outcome.trace_hash) {
    std::printf("UNSTEADY  %s: a second run gives another trace\n", options.replay.c_str());
    return kNotDeterministic;
  }
  std::printf("%s  %s, seed %llu\n", outcome.findings.empty() ? "CLEAN " : "BROKEN",
              options.replay.c_str(), static_cast<unsigned long long>(replay->seed));
  print_findings(outcome.findings);
  return outcome.findings.empty() ? kClean : kRuleBroke;
}

Exit sweep_seeds(const Options& options) {
  const Work work(options);
  if (!work.knows_scenario()) {
    unknown_scenario(options.scenario);
    return kUsage;
  }
  if (Views::wanted(options) && work.size() != 1) {
    std::fprintf(stderr,
                 "--trace, --chart and --pcap show one run: give --scenario and one seed\n");
    return kUsage;
  }
  std::ofstream json;
  if (!options.json.empty()) json.open(options.json);
  if (!json) return cannot_write(options.json);
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  Views views(options);
  const auto tally = sweep(work, options, views.onlooker());
  if (!tally || !views.finish()) return kUsage;
  const std::chrono::duration<double> real = Clock::now() - began;
  print_summary(*tally, options, real);
  if (!options.json.empty()) {
    json << json_summary(*tally, options, real) << std::flush;
    if (!json) return cannot_write(options.json);
  }
  return tally->exit();
}

}  // namespace fullcone::sim
