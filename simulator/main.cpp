// fullcone-simulate: whole networks in virtual time, one for each seed. What it can be asked is in
// sweep/options.cpp, what it does in sweep/commands.cpp.
#include "simulator/sweep/commands.hpp"

int main(int argc, char** argv) {
  using namespace fullcone::sim;
  const auto parsed = parse_options(argc, argv);
  if (const auto* const code = std::get_if<Exit>(&parsed)) return *code;
  const auto& options = std::get<Options>(parsed);
  if (options.list) return list_scenarios();
  if (!options.replay.empty()) return replay_file(options);
  return sweep_seeds(options);
}
