#include "conformance/mutants/kill_matrix.hpp"

#include <algorithm>
#include <set>

#include "conformance/schedule.hpp"

namespace fullcone::conformance {

bool MutantTried::is_killed_by_its_rule() const {
  return std::ranges::any_of(killers,
                             [this](const Case* each) { return each->rule() == mutant->rule; });
}

bool is_kill(const CaseResult& result) {
  return result.verdict == Verdict::fail || result.verdict == Verdict::unsupported;
}

std::vector<MutantTried> kill_matrix(std::span<const Mutant> mutants) {
  RunOptions options;
  options.pace = kSimulatedPace;
  options.selection.only = {"*"};  // whatever the profile
  std::vector<MutantTried> matrix;
  for (const Mutant& mutant : mutants) {
    std::vector<CaseResult> results;
    run_cases(*mutant_testbed(mutant), options, {}, results);
    MutantTried& tried = matrix.emplace_back(MutantTried{&mutant, {}});
    for (const CaseResult& result : results) {
      if (is_kill(result)) tried.killers.push_back(result.judged);
    }
  }
  return matrix;
}

std::vector<const Case*> cases_without_kill(std::span<const MutantTried> matrix) {
  std::set<const Case*> killers;
  for (const auto& tried : matrix) killers.insert(tried.killers.begin(), tried.killers.end());
  std::vector<const Case*> idle;
  for (const Case& each : all_cases()) {
    if (each.traits.live_only.empty() && !killers.contains(&each)) idle.push_back(&each);
  }
  return idle;
}

void print_rows(std::ostream& out, std::span<const MutantTried> matrix) {
  out << "| side | rule | mutant | killed by |\n|---|---|---|---|\n";
  for (const auto& [mutant, killers] : matrix) {
    out << "| " << to_string(mutant->side) << " | " << mutant->rule << " | " << mutant->fault
        << " |";
    for (const Case* const each : killers) out << ' ' << each->id;
    out << (killers.empty() ? " **nothing** |\n" : " |\n");
  }
}

void print_kill_matrix(std::ostream& out, std::span<const MutantTried> matrix) {
  print_rows(out, matrix);
  const auto idle = cases_without_kill(matrix);
  out << '\n' << matrix.size() << " mutants; " << idle.size() << " cases kill none";
  for (const Case* const each : idle) out << "\n- " << each->id;
  out << '\n';
}

}  // namespace fullcone::conformance
