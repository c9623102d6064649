#include "simulator/sweep/sweep.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "simulator/sweep/failure_file.hpp"
#include "simulator/sweep/journal.hpp"
#include "simulator/sweep/progress.hpp"
#include "simulator/sweep/report.hpp"

namespace fullcone::sim {
namespace {

class Sweep {
 public:
  Sweep(const Work& work, const Options& options, const Onlooker& onlooker, Journal* journal)
      : work_(work),
        options_(options),
        onlooker_(onlooker),
        journal_(journal),
        progress_(work.size(), options.time) {
    if (journal == nullptr) return;
    tally_.before = journal->runs();
    tally_.broken_before = journal->broken();
  }

  Tally run();
  bool could_save() const { return could_save_; }

 private:
  using Clock = std::chrono::steady_clock;
  void work_on();
  void run_job(std::uint64_t number);
  std::string save(const Job& job, const Outcome& outcome);
  void record(std::uint64_t number, Failure failure, const Outcome& outcome, bool is_steady);

  const Work& work_;
  const Options& options_;
  const Onlooker& onlooker_;
  Journal* journal_;
  Clock::time_point began_ = Clock::now();
  std::atomic<std::uint64_t> next_{0};
  std::atomic<bool> could_save_{true};
  std::mutex mutex_;  // guards what follows, the journal and what is printed
  Progress progress_;
  Tally tally_;
};

Tally Sweep::run() {
  std::vector<std::jthread> threads;
  for (unsigned i = 1; i < options_.jobs; ++i) threads.emplace_back([this] { work_on(); });
  work_on();
  threads.clear();
  progress_.clear();
  return std::move(tally_);
}

void Sweep::work_on() {
  while (!options_.time || Clock::now() - began_ < *options_.time) {
    const std::uint64_t number = next_++;
    if (number >= work_.size()) return;
    if (journal_ == nullptr || !journal_->done(number)) run_job(number);
  }
}

void Sweep::run_job(std::uint64_t number) {
  const Job job = work_.job(number);
  const WorldSettings settings{.shuffle_ties = options_.shuffle_ties};
  const Outcome outcome = sim::run(*job.scenario, job.seed, settings, onlooker_);
  const bool is_steady =
      !options_.check_determinism ||
      sim::run(*job.scenario, job.seed, settings).trace_hash == outcome.trace_hash;
  std::string file;
  if (!outcome.findings.empty() && !options_.save.empty()) file = save(job, outcome);
  record(number, {job, outcome.findings, std::move(file)}, outcome, is_steady);
}

std::string Sweep::save(const Job& job, const Outcome& outcome) {
  const WorldSettings settings{.shuffle_ties = options_.shuffle_ties};
  const std::filesystem::path path =
      std::filesystem::path(options_.save) /
      (job.scenario->name + '-' + std::to_string(job.seed) + ".life");
  std::ofstream out(path);
  out << failure_text(job, outcome, settings) << std::flush;
  if (!out) could_save_ = false;
  return path.string();
}

void Sweep::record(std::uint64_t number, Failure failure, const Outcome& outcome, bool is_steady) {
  const std::lock_guard lock(mutex_);
  ++tally_.runs;
  tally_.events += outcome.events;
  tally_.virtual_time += outcome.virtual_time;
  if (journal_ != nullptr) {
    journal_->note(number, failure.findings.empty() ? "" : failure.findings.front().rule);
  }
  if (options_.hashes) {
    progress_.clear();
    print_hash(failure.job, outcome.trace_hash);
  }
  if (!is_steady) {
    ++tally_.unsteady;
    progress_.clear();
    print_unsteady(failure.job);
  }
  if (!failure.findings.empty()) {
    ++tally_.broken;
    progress_.clear();
    print_failure(failure, options_.shuffle_ties);
    if (tally_.failures.size() < Tally::kMostFailures) {
      tally_.failures.push_back(std::move(failure));
    }
  }
  progress_.show(tally_);
}

// Whether failures can be saved there; made when it is missing.
bool prepare_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (std::filesystem::is_directory(folder)) return true;
  std::fprintf(stderr, "--save: %s is no folder and cannot be made\n", folder.c_str());
  return false;
}

}  // namespace

std::optional<Tally> sweep(const Work& work, const Options& options, const Onlooker& onlooker) {
  if (!options.save.empty() && !prepare_folder(options.save)) return std::nullopt;
  std::optional<Journal> journal;
  if (!options.resume.empty()) {
    journal.emplace(options);
    if (!journal->error().empty()) {
      std::fprintf(stderr, "--resume: %s\n", journal->error().c_str());
      return std::nullopt;
    }
  }
  Sweep running(work, options, onlooker, journal ? &*journal : nullptr);
  Tally tally = running.run();
  if (!running.could_save()) std::fprintf(stderr, "--save: some failures could not be written\n");
  return tally;
}

}  // namespace fullcone::sim
