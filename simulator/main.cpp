// fullcone-simulate: runs scenarios over seeds. Exit codes: 0 clean, 1 a rule broke, 2 usage, 3 not
// deterministic. The real clock is read here alone, for the summary.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "simulator/scenario.hpp"

namespace {

using namespace fullcone;
using namespace fullcone::sim;

enum Exit : int { kClean = 0, kRuleBroke = 1, kUsage = 2, kNotDeterministic = 3 };

struct Options {
  std::string seeds = "1";
  std::uint64_t first_seed = 1;
  std::uint64_t last_seed = 1;
  std::string scenario = "all";
  bool list = false;
  bool check_determinism = false;
  bool shuffle_ties = false;
  bool trace = false;
};

struct Tally {
  std::uint64_t runs = 0;
  std::uint64_t broken = 0;
  std::uint64_t unsteady = 0;  // gave another trace the second time
  std::uint64_t events = 0;
  Duration virtual_time{};
};

std::optional<std::uint64_t> parse_seed(const std::string& text) {
  std::uint64_t seed = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seed);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return seed;
}

// "7" or "1..100", both included.
bool parse_seeds(Options& options) {
  const auto dots = options.seeds.find("..");
  const auto first = parse_seed(options.seeds.substr(0, dots));
  const auto last = dots == std::string::npos ? first : parse_seed(options.seeds.substr(dots + 2));
  if (!first || !last || *first > *last) return false;
  options.first_seed = *first;
  options.last_seed = *last;
  return true;
}

void print_findings(const Scenario& scenario, std::uint64_t seed, const Outcome& outcome) {
  std::printf("BROKEN  %s, seed %llu\n", scenario.name.c_str(),
              static_cast<unsigned long long>(seed));
  for (const Finding& finding : outcome.findings) {
    const double at = std::chrono::duration<double>(finding.at.time_since_epoch()).count();
    std::printf("        %12.6f s  %s: %s\n", at, finding.rule.c_str(), finding.what.c_str());
  }
  std::printf("        replay: fullcone-simulate --scenario %s --seeds %llu --trace\n",
              scenario.name.c_str(), static_cast<unsigned long long>(seed));
}

void run_once(const Scenario& scenario, std::uint64_t seed, const Options& options, Tally& tally) {
  Trace::Sink show;
  if (options.trace) {
    show = [](std::string_view line) {
      std::printf("%.*s\n", static_cast<int>(line.size()), line.data());
    };
  }
  const WorldSettings settings{.shuffle_ties = options.shuffle_ties};
  const Outcome outcome = run(scenario, seed, settings, show);
  ++tally.runs;
  tally.events += outcome.events;
  tally.virtual_time += outcome.virtual_time;
  if (!outcome.findings.empty()) {
    ++tally.broken;
    print_findings(scenario, seed, outcome);
  }
  if (options.check_determinism && run(scenario, seed, settings).trace_hash != outcome.trace_hash) {
    ++tally.unsteady;
    std::printf("UNSTEADY  %s, seed %llu: a second run gives another trace\n",
                scenario.name.c_str(), static_cast<unsigned long long>(seed));
  }
}

void print_summary(const Tally& tally, std::chrono::duration<double> real) {
  const double simulated = std::chrono::duration<double>(tally.virtual_time).count();
  const double seconds = std::max(real.count(), 1e-9);
  std::printf("%llu runs, %llu broken, %llu not deterministic\n",
              static_cast<unsigned long long>(tally.runs),
              static_cast<unsigned long long>(tally.broken),
              static_cast<unsigned long long>(tally.unsteady));
  std::printf(
      "%llu events, %.0f s of virtual time in %.2f s: %.0f events/s, %.0f times real time\n",
      static_cast<unsigned long long>(tally.events), simulated, real.count(),
      static_cast<double>(tally.events) / seconds, simulated / seconds);
}

int run_all(const Options& options) {
  if (options.list) {
    for (const Scenario& scenario : scenarios()) {
      std::printf("%-32s %.*s\n", scenario.name.c_str(), static_cast<int>(scenario.moral.size()),
                  scenario.moral.data());
    }
    return kClean;
  }
  const auto began = std::chrono::steady_clock::now();
  Tally tally;
  for (const Scenario& scenario : scenarios()) {
    if (options.scenario != "all" && options.scenario != scenario.name) continue;
    for (std::uint64_t seed = options.first_seed;; ++seed) {
      run_once(scenario, seed, options, tally);
      if (seed == options.last_seed) break;
    }
  }
  if (tally.runs == 0) {
    std::fprintf(stderr, "no scenario is called %s; --list names them\n", options.scenario.c_str());
    return kUsage;
  }
  print_summary(tally, std::chrono::steady_clock::now() - began);
  if (tally.unsteady != 0) return kNotDeterministic;
  return tally.broken != 0 ? kRuleBroke : kClean;
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app("Runs the proxy's core in a virtual network, scenario by scenario, seed by seed.");
  app.add_option("--seeds", options.seeds, "One seed, or A..B with both included");
  app.add_option("--scenario", options.scenario, "A scenario's name, or all");
  app.add_flag("--list", options.list, "Name the scenarios");
  app.add_flag("--check-determinism", options.check_determinism,
               "Run each seed twice and compare the traces");
  app.add_flag("--shuffle-ties", options.shuffle_ties,
               "Draw the order of simultaneous events from the seed");
  app.add_flag("--trace", options.trace, "Print everything that happens on the network");
  app.set_version_flag("--version", FULLCONE_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kClean : kUsage;
  }
  if (!parse_seeds(options)) {
    std::fprintf(stderr, "--seeds wants N or A..B with A not above B\n");
    return kUsage;
  }
  return run_all(options);
}
