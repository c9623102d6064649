#include "simulator/sweep/options.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <limits>
#include <string_view>

#include "simulator/life/quantities.hpp"

namespace fullcone::sim {
namespace {

constexpr const char* kFooter = R"(
Examples:
  fullcone-simulate                                    every scenario once
  fullcone-simulate --list                             what there is
  fullcone-simulate --swarm --seeds 1..10000 --jobs 2  ten thousand drawn lives
  fullcone-simulate --swarm --time 60s --save found    a minute of them; failures shrunk into found/
  fullcone-simulate --replay found/swarm-42.life --chart
                                                       a failure again, as a sequence chart
  fullcone-simulate --scenario tcp-target-fails --seeds 7 --pcap run.pcap
                                                       one run for Wireshark

Exit codes: 0 clean, 1 a rule broke, 2 usage, 3 not deterministic.)";

// As they are written; read into Options below.
struct Words {
  std::string seeds;
  std::string time;
  std::string shard;
  bool swarm = false;
};

void declare(CLI::App& app, Options& options, Words& words) {
  app.footer(kFooter);
  app.set_version_flag("--version", FULLCONE_VERSION);
  app.add_flag("--list", options.list, "Name the scenarios");

  const auto what = "What is run";
  auto* const seeds =
      app.add_option("--seeds", words.seeds,
                     "One seed or A..B; without it 1, or with --time from 1 on without end")
          ->type_name("SEEDS")
          ->group(what);
  auto* const scenario = app.add_option("--scenario", options.scenario, "One scenario, or all")
                             ->type_name("NAME")
                             ->capture_default_str()
                             ->group(what);
  auto* const swarm =
      app.add_flag("--swarm", words.swarm,
                   "The scenario `swarm`: topology, faults and workload are drawn from the seed")
          ->excludes(scenario)
          ->group(what);
  auto* const ties =
      app.add_flag("--shuffle-ties", options.shuffle_ties,
                   "Let events of one instant happen in an order drawn from the seed")
          ->group(what);
  app.add_flag("--check-determinism", options.check_determinism,
               "Run everything twice and compare the traces")
      ->group(what);
  auto* const replay =
      app.add_option("--replay", options.replay, "Play a file that --save or a person has written")
          ->type_name("FILE")
          ->group(what);

  const auto how = "How much";
  auto* const jobs = app.add_option("--jobs", options.jobs, "Threads")
                         ->check(CLI::Range(1, 1024))
                         ->capture_default_str()
                         ->group(how);
  auto* const time = app.add_option("--time", words.time, "Begin no run after this time, like 60s")
                         ->type_name("TIME")
                         ->group(how);
  auto* const shard =
      app.add_option("--shard", words.shard, "The I-th of N parts of the seeds, for one machine")
          ->type_name("I/N")
          ->group(how);
  auto* const resume =
      app.add_option("--resume", options.resume,
                     "Keep in FILE what is done, and do not do again what it has as done")
          ->type_name("FILE")
          ->group(how);

  const auto shown = "What is shown and kept";
  app.add_flag("--hashes", options.hashes, "Each run's hash of everything that happened in it")
      ->group(shown);
  app.add_flag("--trace", options.trace, "One run, line by line")->group(shown);
  app.add_flag("--chart", options.chart, "One run, as a sequence chart")->group(shown);
  app.add_option("--pcap", options.pcap, "One run, as packets that Wireshark opens")
      ->type_name("FILE")
      ->group(shown);
  auto* const save =
      app.add_option("--save", options.save, "Shrink what fails and save it here, for --replay")
          ->type_name("DIR")
          ->group(shown);
  auto* const json = app.add_option("--json", options.json, "The summary, for programs")
                         ->type_name("FILE")
                         ->group(shown);
  for (auto* const other : {seeds, scenario, swarm, ties, jobs, time, shard, resume, save, json}) {
    replay->excludes(other);
  }
}

// "7" or "1..100", both included.
bool read_seeds(std::string_view text, Options& options) {
  const auto dots = text.find("..");
  const auto first = parse_count(text.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : parse_count(text.substr(dots + 2));
  if (!first || !last || *first > *last) return false;
  options.first_seed = *first;
  options.last_seed = *last;
  return true;
}

bool read_shard(std::string_view text, Options& options) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  const auto shard = parse_count(text.substr(0, slash));
  const auto shards = parse_count(text.substr(slash + 1));
  if (!shard || !shards || *shard == 0 || *shard > *shards) return false;
  options.shard = *shard;
  options.shards = *shards;
  return true;
}

bool complain(std::string_view option, std::string_view found, const char* wanted) {
  std::fprintf(stderr, "%.*s: found \"%.*s\"; expected: %s\n", static_cast<int>(option.size()),
               option.data(), static_cast<int>(found.size()), found.data(), wanted);
  return false;
}

bool read(const Words& words, Options& options) {
  if (!words.time.empty()) {
    options.time = parse_duration(words.time);
    if (!options.time) return complain("--time", words.time, "a time like 60s or 5min");
    if (words.seeds.empty()) options.last_seed = std::numeric_limits<std::uint64_t>::max();
  }
  if (!words.seeds.empty() && !read_seeds(words.seeds, options)) {
    return complain("--seeds", words.seeds, "N or A..B with A not above B");
  }
  if (!words.shard.empty() && !read_shard(words.shard, options)) {
    return complain("--shard", words.shard, "I/N with I from 1 to N");
  }
  if (words.swarm) options.scenario = "swarm";
  return true;
}

}  // namespace

std::variant<Options, Exit> parse_options(int argc, const char* const* argv) {
  Options options;
  Words words;
  CLI::App app{
      "Runs whole networks in virtual time, one for each seed, and judges what the proxy's core "
      "does in them."};
  declare(app, options, words);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kClean : kUsage;
  }
  if (!read(words, options)) return kUsage;
  return options;
}

}  // namespace fullcone::sim
