// Takes a TOML table's values by key, and blames the line where one is not what it should be.
#pragma once

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include "conformance/text_file.hpp"

namespace fullcone::conformance {

// `name` is what errors call the text. Throws FileError.
toml::table parse_toml(std::string_view text, const std::string& name);

class TomlReader {
 public:
  // `file` and `table` outlive it. Throws FileError when the table has another key than `keys`, as
  // the others do when a value is missing or of another kind.
  TomlReader(const std::string& file, const toml::table& table,
             std::initializer_list<const char*> keys);

  std::string text(const char* key) const;
  std::string text_or_none(const char* key) const;
  std::vector<std::string> texts(const char* key) const;
  std::chrono::year_month_day date(const char* key) const;
  // `take` gets a TomlReader of each table in the array.
  template <class Take>
  void tables(const char* key, std::initializer_list<const char*> keys, Take&& take) const {
    for (const toml::node& each : array(key)) {
      const auto* const table = each.as_table();
      if (table == nullptr)
        fail(each.source(), std::string("\"") + key + "\" wants tables: [[" + key + "]]");
      take(TomlReader(file_, *table, keys));
    }
  }

  // Where the table stands, "FILE:LINE".
  std::string where() const;
  [[noreturn]] void fail(const std::string& why) const { fail(table_.source(), why); }

 private:
  const toml::node& node(const char* key) const;
  const toml::array& array(const char* key) const;  // an empty one where the key is missing
  std::string text_of(const toml::node& node, const char* key) const;
  [[noreturn]] void fail(const toml::source_region& where, const std::string& why) const;

  const std::string& file_;
  const toml::table& table_;
};

}  // namespace fullcone::conformance
