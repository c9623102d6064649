// fullcone-kill-matrix: which case of the suite catches which mutant, as Markdown. Exit codes: 0
// every mutant is killed by its rule and every case kills, 1 not so. With `--list` only the
// mutants' names, as initializers of NamedMutant: what is shipped knows of no more.
#include <algorithm>
#include <iostream>
#include <string_view>

#include "conformance/mutants/kill_matrix.hpp"

int main(int argc, char** argv) {
  using namespace fullcone::conformance;
  const auto mutants = all_mutants();
  if (argc == 2 && std::string_view(argv[1]) == "--list") {
    for (const Mutant& each : mutants) {
      std::cout << "{\"" << each.rule << "\", R\"(" << each.fault << ")\"},\n";
    }
    return 0;
  }
  const auto matrix = kill_matrix(mutants);
  print_kill_matrix(std::cout, matrix);
  const bool all_killed = std::ranges::all_of(matrix, &MutantTried::is_killed_by_its_rule);
  return all_killed && cases_without_kill(matrix).empty() ? 0 : 1;
}
