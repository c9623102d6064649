// What a configuration may say: one table of keys, each bound to the field it sets. Reading a file,
// the error messages, the defaults and the documented samples all come from this table.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/config_tree.hpp"

namespace fullcone::config {

// Something wrong with a file. `key` is dotted, rows of an array of tables counted from 0:
// "users[1].uuid"; empty: the file as a whole.
struct Fault {
  Position at;
  std::string key;
  std::string what;
  bool operator==(const Fault&) const = default;
};
using Faults = std::vector<Fault>;

struct Key;

// How a key's value is read into the field it is bound to; setting_kinds.hpp makes them. The field
// outlives the setting.
struct Setting {
  std::string allowed;  // completes "allowed: "
  std::string initial;  // the field's default, as TOML; empty: none
  // Sets the field, or appends a fault and leaves the field as it was.
  std::function<void(const Node& node, const std::string& path, Faults& faults)> read;
  // An array of tables: the keys of each table, for the sample; otherwise empty.
  std::function<std::vector<Key>()> rows = nullptr;
};

enum class Need : std::uint8_t { optional, required };

struct Key {
  std::string path;  // dotted: "limits.session.grace"
  Setting setting;
  std::string meaning;       // sentences for the sample
  std::string example = {};  // as TOML, for the sample, where the default says nothing
  Need need = Need::optional;
};

// What must hold between keys; judged once every key by itself is right, and reported at `path`.
struct Rule {
  std::string path;
  std::function<bool()> holds;
  std::string allowed;
};

struct Schema {
  std::vector<Key> keys;  // in the order of the sample; each table's keys stand together
  std::vector<Rule> rules = {};
};

// "found …; allowed: …"
Fault not_allowed(const Node& node, const std::string& path, const std::string& allowed);

// Reads `table` into the fields that `schema` is bound to, in the schema's order; keys that the
// table leaves out keep their defaults. `at` is where the table stands, and `prefix` its dotted
// path, "" or "users[1].". Appends what is wrong: values, missing keys, unknown keys with the
// nearest known one, broken rules.
void read_table(const Schema& schema, const Table& table, Position at, const std::string& prefix,
                Faults& faults);

}  // namespace fullcone::config
