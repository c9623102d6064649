// fullcone-kill-matrix: which case of the suite catches which mutant, as Markdown. Exit codes: 0
// every mutant is killed by its rule and every case kills, 1 not so.
#include <algorithm>
#include <iostream>

#include "conformance/mutants/kill_matrix.hpp"

int main() {
  using namespace fullcone::conformance;
  const auto mutants = all_mutants();
  const auto matrix = kill_matrix(mutants);
  print_kill_matrix(std::cout, matrix);
  const bool all_killed = std::ranges::all_of(matrix, &MutantTried::is_killed_by_its_rule);
  return all_killed && cases_without_kill(matrix).empty() ? 0 : 1;
}
