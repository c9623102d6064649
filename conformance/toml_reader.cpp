#include "conformance/toml_reader.hpp"

#include <algorithm>

namespace fullcone::conformance {
namespace {

std::string place_of(const std::string& file, const toml::source_region& where) {
  return file + ':' + std::to_string(where.begin.line);
}

}  // namespace

toml::table parse_toml(std::string_view text, const std::string& name) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw FileError(place_of(name, error.source()) + ": " + std::string(error.description()));
  }
}

TomlReader::TomlReader(const std::string& file, const toml::table& table,
                       std::initializer_list<const char*> keys)
    : file_(file), table_(table) {
  for (const auto& [key, value] : table) {
    if (std::ranges::find(keys, key.str()) != keys.end()) continue;
    std::string allowed;
    for (const char* const each : keys)
      allowed += (allowed.empty() ? "" : ", ") + std::string(each);
    fail(key.source(), "unknown key \"" + std::string(key.str()) + "\"; allowed: " + allowed);
  }
}

std::string TomlReader::text(const char* key) const { return text_of(node(key), key); }

std::string TomlReader::text_or_none(const char* key) const {
  return table_.contains(key) ? text(key) : std::string();
}

std::vector<std::string> TomlReader::texts(const char* key) const {
  std::vector<std::string> all;
  for (const toml::node& each : array(key)) all.push_back(text_of(each, key));
  return all;
}

std::chrono::year_month_day TomlReader::date(const char* key) const {
  const auto* const date = node(key).as_date();
  if (date == nullptr)
    fail(node(key).source(), std::string("\"") + key + "\" wants a date: 2030-12-31");
  return {std::chrono::year((*date)->year), std::chrono::month((*date)->month),
          std::chrono::day((*date)->day)};
}

std::string TomlReader::where() const { return place_of(file_, table_.source()); }

const toml::node& TomlReader::node(const char* key) const {
  const toml::node* const found = table_.get(key);
  if (found == nullptr) fail(std::string("\"") + key + "\" is missing");
  return *found;
}

const toml::array& TomlReader::array(const char* key) const {
  static const toml::array kNone;
  const toml::node* const found = table_.get(key);
  if (found == nullptr) return kNone;
  const auto* const array = found->as_array();
  if (array == nullptr) fail(found->source(), std::string("\"") + key + "\" wants an array");
  return *array;
}

std::string TomlReader::text_of(const toml::node& node, const char* key) const {
  const auto* const text = node.as_string();
  if (text == nullptr) fail(node.source(), std::string("\"") + key + "\" wants text in quotes");
  return text->get();
}

void TomlReader::fail(const toml::source_region& where, const std::string& why) const {
  throw FileError(place_of(file_, where) + ": " + why);
}

}  // namespace fullcone::conformance
