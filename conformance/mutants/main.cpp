// fullcone-kill-matrix: which case of the suite catches which mutant, as Markdown. What is shipped
// knows of the mutants only their names, as `--list` prints them: initializers of NamedMutant.
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

constexpr const char* kHelp =
    R"(Which case of the conformance suite catches which mutant, as Markdown.
Usage: fullcone-kill-matrix [--help | --list | --live [--every-case] ARGUMENTS]

  --list        the mutants' names, as C++ initializers
  --live        the mutants stand before a live subject, each tried on the cases of its rule;
                ARGUMENTS are fullcone-conformance's, like: target FILE
  --every-case  each is tried on all cases

Exit codes: 0 every mutant is killed by its rule and every case kills, 1 not so, 2 usage,
3 the subject is gone.
)";
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
  if (take("--help") || take("-h")) {
    std::cout << kHelp;
    return 0;
  }
  const bool lists = take("--list");
  if (lists || !take("--live")) {
    if (arguments.empty()) return lists ? list() : try_simulated();
    std::cerr << "unknown argument \"" << arguments.front() << "\"\n" << kHelp;
    return kUsage;
  }
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
