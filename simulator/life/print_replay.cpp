#include <array>
#include <cstdio>

#include "simulator/life/fields.hpp"
#include "simulator/life/quantities.hpp"
#include "simulator/life/replay.hpp"
#include "simulator/life/sentence.hpp"

namespace fullcone::sim {
namespace {

template <class Plan>
std::string print_things(std::string_view kind, const std::map<Number, Plan>& things) {
  std::string text;
  for (const auto& [number, plan] : things) {
    const std::string fields = print_fields(plan);
    text += std::string(kind) + ' ' + std::to_string(number);
    text += (fields.empty() ? "" : " ") + fields + '\n';
  }
  return text;
}

std::string print_hash(std::uint64_t hash) {
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx", static_cast<unsigned long long>(hash));
  return digits.data();
}

std::string print_life(const Life& life) {
  std::string text = "heals ";
  text += life.heals_within == Duration::zero() ? "unasked"
                                                : "within " + print_duration(life.heals_within);
  text += '\n' + print_things("server", life.servers) + print_things("nat", life.nats) +
          print_things("client", life.clients) + print_things("peer", life.peers) +
          print_things("target", life.targets) + print_things("name", life.names);
  for (const Event& event : life.events) {
    text += "at " + print_duration(event.at) + ' ' + sentence(event) + '\n';
  }
  return text;
}

}  // namespace

std::string print_replay(const Replay& replay) {
  std::string text;
  if (!replay.scenario.empty()) text += "scenario " + replay.scenario + '\n';
  text += "seed " + std::to_string(replay.seed) + '\n';
  text += std::string("ties ") + (replay.shuffle_ties ? "shuffled" : "as-planned") + '\n';
  if (replay.hash) text += "hash " + print_hash(*replay.hash) + '\n';
  for (const std::string& rule : replay.found) text += "found " + rule + '\n';
  if (replay.life) text += print_life(*replay.life);
  return text;
}

}  // namespace fullcone::sim
