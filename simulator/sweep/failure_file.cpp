#include "simulator/sweep/failure_file.hpp"

#include <algorithm>
#include <utility>

#include "simulator/life/quantities.hpp"
#include "simulator/life/shrink.hpp"

namespace fullcone::sim {
namespace {

bool breaks(const Outcome& outcome, const std::string& rule) {
  return std::ranges::find(outcome.findings, rule, &Finding::rule) != outcome.findings.end();
}

void note_found(Replay& replay, const Outcome& outcome) {
  replay.hash = outcome.trace_hash;
  for (const Finding& finding : outcome.findings) {
    if (std::ranges::find(replay.found, finding.rule) == replay.found.end()) {
      replay.found.push_back(finding.rule);
    }
  }
}

std::string comment(const Outcome& outcome) {
  const Finding& first = outcome.findings.front();
  std::string what = first.what;
  std::ranges::replace(what, '\n', ' ');
  return "# " + first.rule + " at " + print_duration(first.at.time_since_epoch()) + ": " + what +
         '\n';
}

}  // namespace

std::string failure_text(const Job& job, const Outcome& outcome, const WorldSettings& settings) {
  Replay replay{
      .scenario = job.scenario->name, .seed = job.seed, .shuffle_ties = settings.shuffle_ties};
  Outcome last = outcome;
  std::string how;
  if (job.scenario->life != nullptr) {
    Life life = job.scenario->life(job.seed);
    const std::size_t events = life.events.size();
    const std::string& rule = outcome.findings.front().rule;
    const Shrunk shrunk = shrink(std::move(life), [&](const Life& smaller) {
      return breaks(run(smaller, job.seed, settings), rule);
    });
    last = run(shrunk.life, job.seed, settings);
    how = "# " + std::to_string(events) + " events were reduced to " +
          std::to_string(shrunk.life.events.size()) + " in " + std::to_string(shrunk.tries) +
          " tries.\n";
    replay.life = shrunk.life;
  }
  note_found(replay, last);
  return "# Played by: fullcone-simulate --replay THIS-FILE --chart\n" + how + comment(last) +
         print_replay(replay);
}

Outcome play(const Replay& replay, const Onlooker& onlooker) {
  const WorldSettings settings{.shuffle_ties = replay.shuffle_ties};
  if (replay.life) return run(*replay.life, replay.seed, settings, onlooker);
  return run(*find_scenario(replay.scenario), replay.seed, settings, onlooker);
}

const Scenario* find_scenario(std::string_view name) {
  const auto found = std::ranges::find(scenarios(), name, &Scenario::name);
  return found == scenarios().end() ? nullptr : &*found;
}

}  // namespace fullcone::sim
