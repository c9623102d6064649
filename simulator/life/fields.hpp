// The fields of a life's things by name: what a file shows of a thing, reads back, and a shrinker
// sets to its default. A field is written only where it differs from that.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/life/life.hpp"

namespace fullcone::sim {

struct Field {
  std::string_view name;  // "delay"
  std::string wanted;     // "a time like 20ms"
  std::function<std::string()> print;
  std::function<bool(std::string_view)> parse;  // false, and nothing changed: not what is wanted
};

// Bound to the thing, which outlives them.
std::vector<Field> fields_of(ServerPlan& server);
std::vector<Field> fields_of(NatPlan& nat);
std::vector<Field> fields_of(ClientPlan& client);
std::vector<Field> fields_of(PeerPlan& peer);
std::vector<Field> fields_of(TargetPlan& target);
std::vector<Field> fields_of(NamePlan& name);

// "delay=20ms loss=0.02": what differs from a thing as it is by default.
template <class Plan>
std::string print_fields(Plan plan) {
  Plan usual;
  const auto fields = fields_of(plan);
  const auto defaults = fields_of(usual);
  std::string text;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string value = fields[i].print();
    if (value == defaults[i].print()) continue;
    if (!text.empty()) text += ' ';
    text += std::string(fields[i].name) + '=' + value;
  }
  return text;
}

}  // namespace fullcone::sim
