#include "conformance/mutants/live_kill_matrix.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "conformance/mutants/tampered_testbed.hpp"

namespace fullcone::conformance {
namespace {

using Subjects = std::vector<std::shared_ptr<Testbed>>;

// As many of the same subject as can be had, up to `most`.
Subjects several(std::shared_ptr<Testbed> first, std::size_t most) {
  Subjects all{std::move(first)};
  while (all.size() < most) {
    std::shared_ptr<Testbed> another = all.front()->another();
    if (another == nullptr) break;
    all.push_back(std::move(another));
  }
  return all;
}

// Calls `act(subject, i)` for each i below `count`, each subject in a thread of its own.
void share_out(const Subjects& subjects, std::size_t count,
               const std::function<void(const std::shared_ptr<Testbed>&, std::size_t)>& act) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::exception_ptr fault;
  std::vector<std::thread> threads;
  for (const auto& subject : subjects) {
    threads.emplace_back([&] {
      try {
        for (std::size_t i = next++; i < count; i = next++) act(subject, i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!fault) fault = std::current_exception();
        next = count;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  if (fault) std::rethrow_exception(fault);
}

bool can_be(const Testbed& subject, const Mutant& mutant) {
  return mutant.make_tamper && !mutant.simulated_only && mutant.side == subject.side() &&
         mutant.mode == subject.facts().mode && mutant.pair.has_value() == subject.facts().is_proxy;
}

std::unique_ptr<Tamper> idle(const SubjectFacts&) { return std::make_unique<Tamper>(); }

CaseResult tried(const Case& judged, const std::shared_ptr<Testbed>& subject, const Pace& pace,
                 std::uint64_t seed, const MakeTamper& make_tamper) {
  TamperedTestbed tampered(subject, make_tamper);
  Pace its_own = pace;
  return run_case(judged, tampered, its_own, seed);
}

}  // namespace

std::vector<const Case*> LiveKillMatrix::passed() const {
  std::vector<const Case*> cases;
  for (const CaseResult& result : honest) {
    if (result.verdict == Verdict::pass) cases.push_back(result.judged);
  }
  return cases;
}

std::vector<const Case*> LiveKillMatrix::idle_cases() const {
  std::set<const Case*> killers;
  std::set<std::string_view> rules;
  for (const MutantTried& each : tried) {
    killers.insert(each.killers.begin(), each.killers.end());
    rules.insert(each.mutant->rule);
  }
  auto cases = passed();
  std::erase_if(cases, [&](const Case* each) {
    return killers.contains(each) || !rules.contains(each->rule());
  });
  return cases;
}

bool LiveKillMatrix::holds() const {
  return !tried.empty() && std::ranges::none_of(honest, &CaseResult::is_failure) &&
         std::ranges::all_of(tried, &MutantTried::is_killed_by_its_rule);
}

LiveKillMatrix live_kill_matrix(std::span<const Mutant> mutants, std::shared_ptr<Testbed> subject,
                                const LiveTrial& trial) {
  LiveKillMatrix matrix;
  const Pace pace = calibrated(*subject, trial.options);
  const auto cases = selected_cases(subject->side(), trial.options, subject->facts().mode);
  const Subjects subjects = several(std::move(subject), trial.options.jobs);
  const std::uint64_t seed = trial.options.seed;
  matrix.honest.resize(cases.size());
  share_out(subjects, cases.size(), [&](const auto& honest, std::size_t i) {
    matrix.honest[i] = tried(*cases[i], honest, pace, seed, &idle);
  });
  const auto passed = matrix.passed();
  for (const Mutant& mutant : mutants) {
    const bool has_case =
        std::ranges::any_of(passed, [&](const Case* each) { return each->rule() == mutant.rule; });
    if (can_be(*subjects.front(), mutant) && has_case) matrix.tried.push_back({&mutant, {}});
  }
  struct Try {
    MutantTried* row;
    const Case* judged;
    bool kills = false;
  };
  std::vector<Try> tries;
  for (MutantTried& row : matrix.tried) {
    for (const Case* const each : passed) {
      if (trial.every_case || each->rule() == row.mutant->rule) tries.push_back({&row, each});
    }
  }
  share_out(subjects, tries.size(), [&](const auto& honest, std::size_t i) {
    Try& one = tries[i];
    one.kills = is_kill(tried(*one.judged, honest, pace, seed, one.row->mutant->make_tamper));
  });
  for (const Try& one : tries) {
    if (one.kills) one.row->killers.push_back(one.judged);
  }
  return matrix;
}

void print_live_kill_matrix(std::ostream& out, const LiveKillMatrix& matrix) {
  for (const CaseResult& result : matrix.honest) {
    if (result.is_failure()) {
      out << "The honest subject fails " << result.judged->id << ": " << result.reason() << "\n\n";
    }
  }
  print_rows(out, matrix.tried);
  const auto idle = matrix.idle_cases();
  out << '\n'
      << matrix.tried.size() << " mutants on " << matrix.passed().size() << " cases; "
      << idle.size() << " cases of their rules kill none";
  for (const Case* const each : idle) out << "\n- " << each->id;
  out << '\n';
}

}  // namespace fullcone::conformance
