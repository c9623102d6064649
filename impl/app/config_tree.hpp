// A configuration file as a tree of values that know where they stand. Keeps toml++ out of every
// other file; what the keys mean is the schema's question.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace fullcone::config {

// Both count from 1, as editors do; columns count code points.
struct Position {
  std::size_t line = 1;
  std::size_t column = 1;
  auto operator<=>(const Position&) const = default;
};

struct Node;
struct Member;

using Array = std::vector<Node>;

struct Table {
  std::vector<Member> members;  // in alphabetical order; a key stands once

  // nullptr: there is none.
  const Member* find(std::string_view key) const;
};

// A date or a time, for which there is no use in a configuration.
struct Date {};

struct Node {
  std::variant<bool, std::int64_t, double, std::string, Date, Array, Table> value;
  Position at;

  template <class Value>
  const Value* as() const {
    return std::get_if<Value>(&value);
  }
};

struct Member {
  std::string key;
  Position at;
  Node node;
};

// The text is not TOML.
struct SyntaxError : std::runtime_error {
  SyntaxError(const std::string& why, Position where) : std::runtime_error(why), at(where) {}
  Position at;
};

// TOML 1.0. Throws SyntaxError.
Table parse_toml(std::string_view text);

// A value as an error message shows it: as TOML, cut after 60 octets; tables and dates by name.
std::string describe(const Node& node);

// `text` as a TOML basic string, quotes included.
std::string toml_string(std::string_view text);

}  // namespace fullcone::config
