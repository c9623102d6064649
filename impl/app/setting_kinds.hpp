// The kinds of value that a configuration knows: each binds a field to the text that stands for it,
// the bounds that it must keep, and the words that explain both.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/schema.hpp"
#include "app/units.hpp"
#include "base/endpoint.hpp"
#include "base/uuid.hpp"
#include "core/egress_policy.hpp"
#include "wire/address.hpp"

namespace fullcone::config {

// A value that `parse` makes of a node; it returns nullopt for what is not allowed.
template <class Field, class Parse>
Setting setting(Field& field, std::string allowed, std::string initial, Parse parse) {
  return {allowed, std::move(initial),
          [&field, allowed, parse](const Node& node, const std::string& path, Faults& faults) {
            if (auto value = parse(node)) {
              field = *std::move(value);
            } else {
              faults.push_back(not_allowed(node, path, allowed));
            }
          }};
}

// As setting(), for values written as a string.
template <class Field, class Parse>
Setting text_setting(Field& field, std::string allowed, std::string initial, Parse parse) {
  return setting(field, std::move(allowed), std::move(initial),
                 [parse](const Node& node) -> decltype(parse(std::string())) {
                   const auto* text = node.as<std::string>();
                   if (text == nullptr) return std::nullopt;
                   return parse(*text);
                 });
}

// `least` to `most` octets.
Setting text(std::string& field, std::size_t least, std::size_t most);
// The same, but never shown in a message.
Setting secret(std::string& field, std::size_t least, std::size_t most);
Setting texts(std::vector<std::string>& field);
Setting flag(bool& field);
// `why` is the source of a bound, added to the words: "RFC 4787 REQ-5".
Setting duration(Duration& field, Duration least, Duration most, const std::string& why = {});
Setting duration(std::chrono::seconds& field, std::chrono::seconds least,
                 std::chrono::seconds most);
Setting size(std::size_t& field, std::size_t least, std::size_t most);
Setting uuid(Uuid& field);
// A file that can be read; a relative path starts at `directory`.
Setting file(std::filesystem::path& field, const std::filesystem::path& directory);
Setting file(std::optional<std::filesystem::path>& field, const std::filesystem::path& directory);
// One "address:port" or an array of them.
Setting endpoints(std::vector<Endpoint>& field);
// "host:port".
Setting destination(Destination& field);
Setting destination(std::optional<Destination>& field);
// An array of CIDR blocks, each denied on top of what the policy denies already.
Setting denied_networks(EgressPolicy& field);
// A SubjectPublicKeyInfo pin: pin.hpp.
Setting pin(std::optional<std::array<std::uint8_t, 32>>& field);

template <class Integer>
Setting count(Integer& field, Integer least, Integer most) {
  return setting(
      field, "a whole number from " + std::to_string(least) + " to " + std::to_string(most),
      std::to_string(field), [=](const Node& node) -> std::optional<Integer> {
        const auto* number = node.as<std::int64_t>();
        if (number == nullptr || std::cmp_less(*number, least) || std::cmp_greater(*number, most)) {
          return std::nullopt;
        }
        return static_cast<Integer>(*number);
      });
}

template <class Value>
struct Choice {
  std::string name;
  Value value;
};

// One of several words; `initial` is the default's name.
template <class Value>
Setting choice(Value& field, const std::string& initial, std::vector<Choice<Value>> choices) {
  std::string allowed;
  for (const auto& each : choices)
    allowed += (allowed.empty() ? "" : " or ") + toml_string(each.name);
  return text_setting(field, allowed, toml_string(initial),
                      [choices](const std::string& name) -> std::optional<Value> {
                        for (const auto& each : choices) {
                          if (each.name == name) return each.value;
                        }
                        return std::nullopt;
                      });
}

}  // namespace fullcone::config
