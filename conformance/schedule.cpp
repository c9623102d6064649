#include "conformance/schedule.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "conformance/nat/classify.hpp"

namespace fullcone::conformance {
namespace {

// Hands out cases to workers, and their results, in the order of the cases, to the reports.
class Schedule {
 public:
  Schedule(std::vector<const Case*> cases, const RunOptions& options,
           const std::vector<std::unique_ptr<Report>>& reports, std::vector<CaseResult>& results)
      : cases_(std::move(cases)),
        ended_(cases_.size()),
        options_(options),
        reports_(reports),
        results_(results) {}

  // Until no case is left. Of several faults the first is kept.
  void work(Testbed& testbed, Pace pace) {
    try {
      for (auto next = take(); next; next = take()) {
        CaseResult result = run_case(*cases_[*next], testbed, pace, options_.seed);
        put(*next, std::move(result));
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!fault_) fault_ = std::current_exception();
    }
  }

  // After the last worker: what waited for a case that never ended is told all the same.
  void finish() {
    for (; told_ < ended_.size(); ++told_) tell();
    if (fault_) std::rethrow_exception(fault_);
  }

 private:
  std::optional<std::size_t> take() {
    const std::lock_guard lock(mutex_);
    const bool stopped = options_.pace.stop != nullptr && *options_.pace.stop;
    if (stopped || gone_ || fault_ || next_ == cases_.size()) return std::nullopt;
    return next_++;
  }

  void put(std::size_t place, CaseResult result) {
    const std::lock_guard lock(mutex_);
    gone_ = gone_ || result.subject_gone;
    ended_[place] = std::move(result);
    for (; told_ < ended_.size() && ended_[told_]; ++told_) tell();
  }

  void tell() {
    if (!ended_[told_]) return;
    results_.push_back(*std::exchange(ended_[told_], std::nullopt));
    if (options_.amend) options_.amend(results_.back());
    for (const auto& report : reports_) report->add(results_.back());
  }

  const std::vector<const Case*> cases_;
  std::mutex mutex_;  // over all that follows
  std::vector<std::optional<CaseResult>> ended_;
  std::size_t next_ = 0;  // to be handed out
  std::size_t told_ = 0;  // to be told to the reports
  bool gone_ = false;
  std::exception_ptr fault_;
  const RunOptions& options_;
  const std::vector<std::unique_ptr<Report>>& reports_;
  std::vector<CaseResult>& results_;
};

void tell_what_is_seen(const Classification& classification,
                       const std::vector<std::unique_ptr<Report>>& reports) {
  const auto type = nat_type_of(classification.seen);
  for (const auto& report : reports) {
    report->seen(classification);
    if (type) report->classified(*type);
  }
}

}  // namespace

void run_cases(Testbed& testbed, const RunOptions& options,
               const std::vector<std::unique_ptr<Report>>& reports,
               std::vector<CaseResult>& results) {
  auto cases = selected_cases(testbed.side(), options);
  if (cases.empty()) return;
  const std::size_t workers = std::min<std::size_t>(options.jobs, cases.size());
  Pace pace = calibrated(testbed, options);
  for (const auto& report : reports) {
    report->begin({testbed.subject(), options.seed, cases.size()});
  }
  if (testbed.side() == Side::nat && options.selection.only.empty()) {
    tell_what_is_seen(classify(testbed, pace, options.seed), reports);
  }
  Schedule schedule(std::move(cases), options, reports, results);
  std::vector<std::unique_ptr<Testbed>> others;
  while (others.size() + 1 < workers) {
    auto another = testbed.another();
    if (another == nullptr) break;
    others.push_back(std::move(another));
  }
  std::vector<std::thread> threads;
  for (const auto& other : others) {
    threads.emplace_back([&schedule, &other, &pace] { schedule.work(*other, pace); });
  }
  schedule.work(testbed, pace);
  for (auto& thread : threads) thread.join();
  schedule.finish();
}

}  // namespace fullcone::conformance
