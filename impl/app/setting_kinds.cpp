#include "app/setting_kinds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <string_view>
#include <system_error>

#include "app/host_port.hpp"
#include "app/pin.hpp"

namespace fullcone::config {
namespace {

std::string octets_from(std::size_t least, std::size_t most) {
  return fmt::format("a string of {} to {} octets", least, most);
}

std::optional<std::string> bounded(const Node& node, std::size_t least, std::size_t most) {
  const auto* text = node.as<std::string>();
  if (text == nullptr || text->size() < least || text->size() > most) return std::nullopt;
  return *text;
}

// An array whose wrong elements are reported one by one; what is right goes to `take` as a vector.
// `or_alone`: a single element may stand without brackets, and the array may not be empty.
template <class Value, class Take>
Setting array_setting(const std::string& element, std::string initial, bool or_alone,
                      std::optional<Value> (*parse)(const Node&), Take take) {
  const auto allowed = or_alone ? element + ", or an array of them" : "an array, each " + element;
  return {allowed, std::move(initial),
          [=](const Node& node, const std::string& path, Faults& faults) {
            std::vector<Value> values;
            const auto* array = node.as<Array>();
            if (array == nullptr || (or_alone && array->empty())) {
              const auto alone = or_alone ? parse(node) : std::nullopt;
              if (!alone) return faults.push_back(not_allowed(node, path, allowed));
              return take({*alone});
            }
            for (std::size_t i = 0; i < array->size(); ++i) {
              if (auto value = parse((*array)[i])) {
                values.push_back(*std::move(value));
              } else {
                faults.push_back(not_allowed((*array)[i], fmt::format("{}[{}]", path, i), element));
              }
            }
            if (values.size() == array->size()) take(std::move(values));
          }};
}

template <class Value>
std::optional<Value> within(std::optional<Value> value, Value least, Value most) {
  if (!value || *value < least || *value > most) return std::nullopt;
  return value;
}

std::string duration_words(Duration least, Duration most, std::string_view such_as) {
  return fmt::format("a duration such as \"{}\", from {} to {}", such_as, print_duration(least),
                     print_duration(most));
}

template <class Field>
Setting file_setting(Field& field, const std::filesystem::path& directory) {
  return text_setting(field, "the path of a file that can be read, relative to this one", "",
                      [directory](const std::string& text) -> std::optional<std::filesystem::path> {
                        std::error_code unreachable;
                        auto path = directory / text;
                        if (!std::filesystem::is_regular_file(path, unreachable)) {
                          return std::nullopt;
                        }
                        if (!std::ifstream(path)) return std::nullopt;
                        return path;
                      });
}

std::optional<Endpoint> endpoint_of(const Node& node) {
  const auto* text = node.as<std::string>();
  return text == nullptr ? std::nullopt : Endpoint::parse(*text);
}

std::optional<Network> network_of(const Node& node) {
  const auto* text = node.as<std::string>();
  return text == nullptr ? std::nullopt : Network::parse(*text);
}

std::string print_endpoints(const std::vector<Endpoint>& endpoints) {
  std::string text;
  for (const auto& each : endpoints) {
    text += (text.empty() ? "" : ", ") + toml_string(each.to_string());
  }
  return endpoints.size() == 1 ? text : "[" + text + "]";
}

template <class Field>
Setting destination_setting(Field& field) {
  return text_setting(field, R"("host:port" or "[IPv6 address]:port")", "", parse_host_port);
}

}  // namespace

Setting text(std::string& field, std::size_t least, std::size_t most) {
  return setting(field, octets_from(least, most), toml_string(field),
                 [=](const Node& node) { return bounded(node, least, most); });
}

Setting secret(std::string& field, std::size_t least, std::size_t most) {
  const auto allowed = octets_from(least, most);
  return {allowed, "", [=, &field](const Node& node, const std::string& path, Faults& faults) {
            if (auto value = bounded(node, least, most)) {
              field = *std::move(value);
            } else {
              faults.push_back({node.at, path, "found something else; allowed: " + allowed});
            }
          }};
}

Setting texts(std::vector<std::string>& field) {
  return array_setting<std::string>(
      octets_from(1, 255), "[]", false, [](const Node& node) { return bounded(node, 1, 255); },
      [&field](std::vector<std::string> values) { field = std::move(values); });
}

Setting flag(bool& field) {
  return setting(field, "true or false", field ? "true" : "false",
                 [](const Node& node) -> std::optional<bool> {
                   const auto* value = node.as<bool>();
                   return value == nullptr ? std::nullopt : std::optional(*value);
                 });
}

Setting duration(Duration& field, Duration least, Duration most, const std::string& why) {
  auto allowed = duration_words(least, most, print_duration(field));
  if (!why.empty()) allowed += " (" + why + ")";
  return text_setting(
      field, allowed, toml_string(print_duration(field)),
      [=](const std::string& text) { return within(parse_duration(text), least, most); });
}

Setting duration(std::chrono::seconds& field, std::chrono::seconds least,
                 std::chrono::seconds most) {
  return text_setting(field,
                      duration_words(least, most, print_duration(field)) + ", in whole seconds",
                      toml_string(print_duration(field)),
                      [=](const std::string& text) -> std::optional<std::chrono::seconds> {
                        const auto value = within<Duration>(parse_duration(text), least, most);
                        if (!value || *value % std::chrono::seconds(1) != Duration::zero()) {
                          return std::nullopt;
                        }
                        return std::chrono::duration_cast<std::chrono::seconds>(*value);
                      });
}

Setting size(std::size_t& field, std::size_t least, std::size_t most) {
  return text_setting(field,
                      fmt::format("a size such as \"{}\", from {} to {}", print_size(field),
                                  print_size(least), print_size(most)),
                      toml_string(print_size(field)), [=](const std::string& text) {
                        return within(parse_size(text), least, most);
                      });
}

Setting uuid(Uuid& field) {
  return text_setting(field, "a UUID, such as \"6f1c2a7e-0d3b-4c58-9a64-2b7f5e8d1c90\"", "",
                      Uuid::parse);
}

Setting file(std::filesystem::path& field, const std::filesystem::path& directory) {
  return file_setting(field, directory);
}

Setting file(std::optional<std::filesystem::path>& field, const std::filesystem::path& directory) {
  return file_setting(field, directory);
}

Setting endpoints(std::vector<Endpoint>& field) {
  return array_setting<Endpoint>(
      R"("address:port" or "[IPv6 address]:port")", print_endpoints(field), true, endpoint_of,
      [&field](std::vector<Endpoint> values) { field = std::move(values); });
}

Setting destination(Destination& field) { return destination_setting(field); }

Setting destination(std::optional<Destination>& field) { return destination_setting(field); }

Setting denied_networks(EgressPolicy& field) {
  return array_setting<Network>(
      R"(an address or a network such as "198.51.100.0/24", host bits zero)", "[]", false,
      network_of, [&field](const std::vector<Network>& networks) {
        for (const auto& network : networks) field.deny(network);
      });
}

Setting pin(std::optional<std::array<std::uint8_t, 32>>& field) {
  return text_setting(field, "a SHA-256 digest: 64 hex digits, or base64", "", parse_pin);
}

}  // namespace fullcone::config
