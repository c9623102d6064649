#include "app/config_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/overloaded.hpp"

#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace fullcone::config {
namespace {

Position position_of(const toml::source_region& source) {
  return {source.begin.line, source.begin.column};
}

Node to_node(const toml::node& from);

Table to_table(const toml::table& from) {
  Table table;
  for (const auto& [key, value] : from) {
    table.members.push_back({std::string(key.str()), position_of(key.source()), to_node(value)});
  }
  return table;
}

Array to_array(const toml::array& from) {
  Array array;
  for (const auto& value : from) array.push_back(to_node(value));
  return array;
}

Node to_node(const toml::node& from) {
  const auto at = position_of(from.source());
  if (const auto* table = from.as_table()) return {to_table(*table), at};
  if (const auto* array = from.as_array()) return {to_array(*array), at};
  if (const auto* text = from.as_string()) return {text->get(), at};
  if (const auto* number = from.as_integer()) return {number->get(), at};
  if (const auto* number = from.as_floating_point()) return {number->get(), at};
  if (const auto* flag = from.as_boolean()) return {flag->get(), at};
  return {Date{}, at};
}

std::string describe_array(const Array& array) {
  std::string text;
  for (const auto& node : array) text += (text.empty() ? "" : ", ") + describe(node);
  return "[" + text + "]";
}

std::string cut(std::string text) {
  constexpr std::size_t kShown = 60;
  if (text.size() <= kShown) return text;
  std::size_t end = kShown;
  while ((static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // whole code points
  return text.substr(0, end) + "…";
}

}  // namespace

const Member* Table::find(std::string_view key) const {
  const auto found = std::ranges::find(members, key, &Member::key);
  return found == members.end() ? nullptr : &*found;
}

Table parse_toml(std::string_view text) {
  try {
    return to_table(toml::parse(text));
  } catch (const toml::parse_error& error) {
    throw SyntaxError(std::string(error.description()), position_of(error.source()));
  }
}

std::string describe(const Node& node) {
  return cut(std::visit(Overloaded{[](bool flag) -> std::string { return flag ? "true" : "false"; },
                                   [](std::int64_t number) { return fmt::to_string(number); },
                                   [](double number) { return fmt::to_string(number); },
                                   [](const std::string& text) { return toml_string(text); },
                                   [](const Date&) -> std::string { return "a date or time"; },
                                   [](const Array& array) { return describe_array(array); },
                                   [](const Table&) -> std::string { return "a table"; }},
                        node.value));
}

std::string toml_string(std::string_view text) {
  std::string escaped = "\"";
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      escaped.append({'\\', c});
    } else if (octet < 0x20 || octet == 0x7f) {
      escaped += fmt::format("\\u{:04X}", octet);
    } else {
      escaped.push_back(c);
    }
  }
  return escaped + '"';
}

}  // namespace fullcone::config
