#include "conformance/target/target_file.hpp"

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <utility>

#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace fullcone::conformance {
namespace {

// Takes a table's values by key, and knows where each stands.
class Reader {
 public:
  Reader(const std::string& file, const toml::table& table, std::initializer_list<const char*> keys)
      : file_(file), table_(table) {
    for (const auto& [key, value] : table) {
      if (std::ranges::find(keys, key.str()) != keys.end()) continue;
      std::string allowed;
      for (const char* const each : keys)
        allowed += (allowed.empty() ? "" : ", ") + std::string(each);
      fail(key.source(), "unknown key \"" + std::string(key.str()) + "\"; allowed: " + allowed);
    }
  }

  std::string text(const char* key) const {
    const toml::node* const found = table_.get(key);
    if (found == nullptr) fail(table_.source(), std::string("\"") + key + "\" is missing");
    return text_of(*found, key);
  }
  std::string text_or_none(const char* key) const {
    return table_.contains(key) ? text(key) : std::string();
  }
  std::vector<std::string> texts(const char* key) const {
    std::vector<std::string> all;
    for_each(key, [&](const toml::node& each) { all.push_back(text_of(each, key)); });
    return all;
  }
  template <class Take>
  void tables(const char* key, std::initializer_list<const char*> keys, Take&& take) const {
    for_each(key, [&](const toml::node& each) {
      const auto* const table = each.as_table();
      if (table == nullptr)
        fail(each.source(), std::string("\"") + key + "\" wants tables: [[" + key + "]]");
      take(Reader(file_, *table, keys));
    });
  }

 private:
  template <class Take>
  void for_each(const char* key, Take&& take) const {
    const toml::node* const found = table_.get(key);
    if (found == nullptr) return;
    const auto* const array = found->as_array();
    if (array == nullptr) fail(found->source(), std::string("\"") + key + "\" wants an array");
    for (const toml::node& each : *array) take(each);
  }
  std::string text_of(const toml::node& node, const char* key) const {
    const auto* const text = node.as_string();
    if (text == nullptr) fail(node.source(), std::string("\"") + key + "\" wants text in quotes");
    return text->get();
  }
  [[noreturn]] void fail(const toml::source_region& where, const std::string& why) const {
    throw TargetError(file_ + ':' + std::to_string(where.begin.line) + ": " + why);
  }

  const std::string& file_;
  const toml::table& table_;
};

toml::table parsed(std::string_view text, const std::string& name) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw TargetError(name + ':' + std::to_string(error.source().begin.line) + ": " +
                      std::string(error.description()));
  }
}

}  // namespace

TargetFile parse_target(std::string_view text, const std::string& name) {
  const toml::table table = parsed(text, name);
  const Reader reader(name, table, {"name", "needs", "arguments", "file", "program"});
  TargetFile target{.name = reader.text("name"),
                    .needs = reader.texts("needs"),
                    .files = {},
                    .programs = {},
                    .arguments = reader.texts("arguments")};
  reader.tables("file", {"path", "text"}, [&](const Reader& file) {
    target.files.push_back({file.text("path"), file.text("text")});
  });
  reader.tables("program", {"command", "ready"}, [&](const Reader& program) {
    target.programs.push_back({program.text("command"), program.text_or_none("ready")});
  });
  if (target.arguments.empty()) throw TargetError(name + ": \"arguments\" is missing or empty");
  return target;
}

TargetFile read_target(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw TargetError(file.string() + ": cannot be read");
  return parse_target(text, file.string());
}

}  // namespace fullcone::conformance
