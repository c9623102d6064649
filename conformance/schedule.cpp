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
        results_(results) {
    for (const bool alone : {false, true}) {
      for (std::size_t i = 0; i < cases_.size(); ++i) {
        if ((options.jobs > 1 && cases_[i]->traits.alone) == alone) order_.push_back(i);
      }
      if (!alone) together_ = order_.size();
    }
  }

  // Until no case is left that others may run beside.
  void work(Testbed& testbed, const Pace& pace) { work_through(together_, testbed, pace); }
  // Until none is left at all.
  void work_alone(Testbed& testbed, const Pace& pace) {
    work_through(order_.size(), testbed, pace);
  }

  // After the last worker: what waited for a case that never ended is told all the same.
  void finish() {
    for (; told_ < ended_.size(); ++told_) tell();
    if (fault_) std::rethrow_exception(fault_);
  }

 private:
  // Of several faults the first is kept.
  void work_through(std::size_t end, Testbed& testbed, Pace pace) {
    try {
      for (auto next = take(end); next; next = take(end)) {
        const Case& judged = *cases_[*next];
        const auto wiretap =
            options_.make_wiretap ? options_.make_wiretap(testbed, judged) : nullptr;
        CaseResult result = run_case(judged, testbed, pace, options_.seed, wiretap.get());
        put(*next, std::move(result));
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!fault_) fault_ = std::current_exception();
    }
  }

  // The next one's place among the cases.
  std::optional<std::size_t> take(std::size_t end) {
    const std::lock_guard lock(mutex_);
    const bool stopped = options_.pace.stop != nullptr && *options_.pace.stop;
    if (stopped || gone_ || fault_ || next_ >= end) return std::nullopt;
    return order_[next_++];
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
  std::vector<std::size_t> order_;  // of handing out: those that have to be alone last
  std::size_t together_ = 0;        // how many need not
  std::mutex mutex_;                // over all that follows
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
  auto cases = selected_cases(testbed.side(), options, testbed.facts().mode);
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
  schedule.work_alone(testbed, pace);
  schedule.finish();
}

}  // namespace fullcone::conformance
