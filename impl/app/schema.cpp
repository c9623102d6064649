#include "app/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

namespace fullcone::config {
namespace {

// Levenshtein's.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0u);
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

// Every table above a key, in the schema's order.
std::vector<std::string_view> known_tables(const Schema& schema) {
  std::vector<std::string_view> known;
  for (const auto& key : schema.keys) {
    const std::string_view path = key.path;
    for (auto dot = path.find('.'); dot != path.npos; dot = path.find('.', dot + 1)) {
      if (std::ranges::find(known, path.substr(0, dot)) == known.end()) {
        known.push_back(path.substr(0, dot));
      }
    }
  }
  return known;
}

// What could be meant: tables where a table stands, else keys.
std::vector<std::string_view> known_paths(const Schema& schema, const Node& node) {
  auto tables = known_tables(schema);
  if (node.as<Table>() != nullptr && !tables.empty()) return tables;
  std::vector<std::string_view> keys;
  for (const auto& key : schema.keys) keys.push_back(key.path);
  return keys;
}

std::string_view last_name(std::string_view path) { return path.substr(path.rfind('.') + 1); }

// A key in the wrong table is one edit away from the right one, and so is one that breaks off.
std::size_t distance(std::string_view path, std::string_view known) {
  if (known.starts_with(path)) return 1;
  return std::min(edit_distance(path, known), 1 + edit_distance(last_name(path), last_name(known)));
}

std::string_view nearest_known(const Schema& schema, std::string_view path, const Node& node) {
  const auto known = known_paths(schema, node);
  return *std::ranges::min_element(known, {},
                                   [&](std::string_view other) { return distance(path, other); });
}

// One reading of one table.
struct Reading {
  const Schema& schema;
  const std::string& prefix;
  Faults& faults;

  bool is_key(const std::string& path) const {
    return std::ranges::find(schema.keys, path, &Key::path) != schema.keys.end();
  }
  bool is_table(const std::string& path) const {
    return std::ranges::any_of(schema.keys,
                               [&](const Key& key) { return key.path.starts_with(path + "."); });
  }

  // `above` is the dotted path of `table` with its dot, or "".
  void reject_strangers(const Table& table, const std::string& above) const {
    for (const auto& member : table.members) {
      // A quoted key with a dot in it is not the path that it looks like.
      const bool is_name = member.key.find('.') == std::string::npos;
      const std::string path = above + (is_name ? member.key : toml_string(member.key));
      if (is_key(path)) continue;
      if (!is_table(path)) {
        faults.push_back(
            {member.at, prefix + path,
             fmt::format("unknown key; the nearest known one is {}",
                         prefix + std::string(nearest_known(schema, path, member.node)))});
      } else if (const auto* inner = member.node.as<Table>()) {
        reject_strangers(*inner, path + ".");
      } else {
        faults.push_back(not_allowed(member.node, prefix + path, "a table"));
      }
    }
  }
};

struct Place {
  const Node* node = nullptr;  // nullptr: the file leaves the key out
  Position at;                 // of the node, or of the innermost table that could hold it
  bool is_blocked = false;     // something else stands where that table would
};

Place find(const Table& table, Position at, std::string_view path) {
  const auto dot = path.find('.');
  const auto* member = table.find(path.substr(0, dot));
  if (member == nullptr) return {nullptr, at};
  if (dot == std::string_view::npos) return {&member->node, member->node.at};
  const auto* inner = member->node.as<Table>();
  if (inner == nullptr) return {nullptr, at, true};
  return find(*inner, member->node.at, path.substr(dot + 1));
}

}  // namespace

Fault not_allowed(const Node& node, const std::string& path, const std::string& allowed) {
  return {node.at, path, fmt::format("found {}; allowed: {}", describe(node), allowed)};
}

void read_table(const Schema& schema, const Table& table, Position at, const std::string& prefix,
                Faults& faults) {
  const auto faults_before = faults.size();
  Reading{schema, prefix, faults}.reject_strangers(table, "");
  for (const auto& key : schema.keys) {
    const auto place = find(table, at, key.path);
    if (place.node != nullptr) {
      key.setting.read(*place.node, prefix + key.path, faults);
    } else if (key.need == Need::required && !place.is_blocked) {
      faults.push_back({place.at, prefix + key.path,
                        fmt::format("found nothing; allowed: {}", key.setting.allowed)});
    }
  }
  if (faults.size() != faults_before) return;
  for (const auto& rule : schema.rules) {
    if (rule.holds()) continue;
    const auto place = find(table, at, rule.path);
    const std::string found = place.node != nullptr ? describe(*place.node) : "the default";
    faults.push_back(
        {place.at, prefix + rule.path, fmt::format("found {}; allowed: {}", found, rule.allowed)});
  }
}

}  // namespace fullcone::config
