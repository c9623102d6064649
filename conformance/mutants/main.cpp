// fullcone-kill-matrix: which case of the suite catches which mutant, as Markdown. Exit codes: 0
// every mutant is killed by its rule and every case kills, 1 not so, 2 usage, 3 the subject is
// gone. With `--list` only the mutants' names, as initializers of NamedMutant: what is shipped
// knows of no more. With `--live [--every-case]` and a command line of the suite's own, `target
// FILE` say, the tamperers stand before that subject, each tried on the cases of its rule, or on
// all.
#include <algorithm>
#include <exception>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "conformance/mutants/kill_matrix.hpp"
#include "conformance/mutants/live_kill_matrix.hpp"
#include "conformance/subject/testbeds.hpp"

namespace fullcone::conformance {
namespace {

constexpr int kUsage = 2;
constexpr int kSubjectGone = 3;

int list() {
  for (const Mutant& each : all_mutants()) {
    std::cout << "{\"" << each.rule << "\", R\"(" << each.fault << ")\"},\n";
  }
  return 0;
}

int try_simulated() {
  const auto mutants = all_mutants();
  const auto matrix = kill_matrix(mutants);
  print_kill_matrix(std::cout, matrix);
  const bool all_killed = std::ranges::all_of(matrix, &MutantTried::is_killed_by_its_rule);
  return all_killed && cases_without_kill(matrix).empty() ? 0 : 1;
}

int try_live(const CommandLine& line, bool every_case) {
  if (!line.is_live()) {
    std::cerr << "--live wants a live subject\n";
    return kUsage;
  }
  const auto mutants = all_mutants();
  auto testbeds = make_testbeds(line);
  const auto matrix =
      live_kill_matrix(mutants, std::move(testbeds.front()), {line.run, every_case});
  print_live_kill_matrix(std::cout, matrix);
  return matrix.holds() ? 0 : 1;
}

int run(std::vector<std::string> arguments) {
  const auto take = [&](const char* word) {
    if (arguments.empty() || arguments.front() != word) return false;
    arguments.erase(arguments.begin());
    return true;
  };
  if (take("--list")) return list();
  if (!take("--live")) return try_simulated();
  const bool every_case = take("--every-case");
  return with_command_line(arguments,
                           [&](const CommandLine& line) { return try_live(line, every_case); });
}

}  // namespace
}  // namespace fullcone::conformance

int main(int argc, char** argv) {
  try {
    return fullcone::conformance::run({argv + 1, argv + argc});
  } catch (const fullcone::conformance::SubjectGone& gone) {
    std::cerr << gone.reason << '\n';
    return fullcone::conformance::kSubjectGone;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return fullcone::conformance::kUsage;
  }
}
