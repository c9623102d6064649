#include "conformance/nat/behaviour.hpp"

#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace fullcone::conformance {
namespace {

template <class Value>
struct Word {
  std::string_view text;
  Value value;
};

constexpr std::array kDependences{
    Word{"EI", Dependence::endpoint_independent},
    Word{"AD", Dependence::address_dependent},
    Word{"APD", Dependence::address_and_port_dependent},
};
constexpr std::array kHairpinnings{
    Word{"no", Hairpinning::none},
    Word{"yes", Hairpinning::external_source},
    Word{"internal-source", Hairpinning::internal_source},
    Word{"wrong-source", Hairpinning::wrong_source},
};
constexpr std::array kPorts{
    Word{"untranslated", PortAssignment::untranslated},
    Word{"preservation", PortAssignment::preservation},
    Word{"overloading", PortAssignment::overloading},
    Word{"sequential", PortAssignment::sequential},
    Word{"random", PortAssignment::random},
};
constexpr std::array kPoolings{
    Word{"one-address", Pooling::one_address},
    Word{"paired", Pooling::paired},
    Word{"arbitrary", Pooling::arbitrary},
};
constexpr std::array kYesNo{Word{"yes", true}, Word{"no", false}};

template <class Words, class Value>
std::string name_in(const Words& words, const Value& value) {
  for (const auto& word : words) {
    if (word.value == value) return std::string(word.text);
  }
  return "?";
}

template <class Words>
auto value_in(const Words& words, std::string_view text, std::string_view suffix = "") {
  std::string known;
  for (const auto& word : words) {
    const std::string name = std::string(word.text) + std::string(suffix);
    if (text == name) return word.value;
    known += (known.empty() ? "" : ", ") + name;
  }
  throw std::invalid_argument("not one of " + known + ": " + std::string(text));
}

Duration seconds_in(std::string_view text) {
  long seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, seconds);
  const bool whole = stop == end || std::string_view(stop, end) == "s";
  if (error != std::errc() || !whole || seconds < 0) {
    throw std::invalid_argument("not a number of seconds: " + std::string(text));
  }
  return std::chrono::seconds(seconds);
}

std::string seconds_text(Duration duration) {
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
  if (millis % 1000 == 0) return std::to_string(millis / 1000) + " s";
  return std::to_string(millis) + " ms";
}

void set(NatBehaviour& behaviour, std::string_view name, std::string_view value) {
  if (name == "mapping") {
    behaviour.mapping = value_in(kDependences, value, "M");
  } else if (name == "filtering") {
    behaviour.filtering = value_in(kDependences, value, "F");
  } else if (name == "hairpin") {
    behaviour.hairpinning = value_in(kHairpinnings, value);
  } else if (name == "ports") {
    behaviour.ports = value_in(kPorts, value);
  } else if (name == "parity") {
    behaviour.parity = value_in(kYesNo, value);
  } else if (name == "pooling") {
    behaviour.pooling = value_in(kPoolings, value);
  } else if (name == "lifetime>") {
    behaviour.lifetime = Lifetime{seconds_in(value), {}};
  } else {
    throw std::invalid_argument(
        "not one of mapping=, filtering=, hairpin=, ports=, parity=, pooling=, lifetime>=: " +
        std::string(name));
  }
}

}  // namespace

std::optional<NatType> nat_type_of(const NatBehaviour& behaviour) {
  if (!behaviour.mapping || !behaviour.filtering) return std::nullopt;
  NatType type{*behaviour.mapping, *behaviour.filtering, {}};
  if (behaviour.hairpinning) type.hairpinning = *behaviour.hairpinning != Hairpinning::none;
  return type;
}

std::string mapping_name(Dependence mapping) { return name_in(kDependences, mapping) + "M"; }
std::string filtering_name(Dependence filtering) { return name_in(kDependences, filtering) + "F"; }
std::string describe(Hairpinning hairpinning) { return name_in(kHairpinnings, hairpinning); }
std::string describe(PortAssignment ports) { return name_in(kPorts, ports); }
std::string describe(Pooling pooling) { return name_in(kPoolings, pooling); }

std::string describe(const Lifetime& lifetime) {
  std::string text = "at least " + seconds_text(lifetime.at_least);
  if (lifetime.at_most) text += ", less than " + seconds_text(*lifetime.at_most);
  return text;
}

std::vector<std::string> words_of(const NatBehaviour& behaviour) {
  std::vector<std::string> words;
  const auto add = [&](const std::string& name, const std::string& value) {
    words.push_back(name + ' ' + value);
  };
  if (behaviour.mapping) add("mapping", mapping_name(*behaviour.mapping));
  if (behaviour.filtering) add("filtering", filtering_name(*behaviour.filtering));
  if (behaviour.hairpinning) add("hairpin", describe(*behaviour.hairpinning));
  if (behaviour.ports) add("ports", describe(*behaviour.ports));
  if (behaviour.parity) add("parity", name_in(kYesNo, *behaviour.parity));
  if (behaviour.pooling) add("pooling", describe(*behaviour.pooling));
  if (behaviour.lifetime) add("lifetime", describe(*behaviour.lifetime));
  return words;
}

NatBehaviour parse_behaviour(std::string_view text) {
  NatBehaviour behaviour;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    const auto equals = item.find('=');
    if (equals == std::string_view::npos) {
      throw std::invalid_argument("not NAME=VALUE: " + std::string(item));
    }
    set(behaviour, item.substr(0, equals), item.substr(equals + 1));
  }
  return behaviour;
}

}  // namespace fullcone::conformance
