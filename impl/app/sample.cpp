#include "app/sample.hpp"

#include <fmt/format.h>

#include <string_view>

namespace fullcone::config {
namespace {

// `text` in comment lines of at most 100 columns.
std::string comment(std::string_view text) {
  constexpr std::size_t kWidth = 100;
  std::string lines;
  std::string line = "#";
  while (!text.empty()) {
    const auto space = text.find(' ');
    const auto word = text.substr(0, space);
    if (line.size() + 1 + word.size() > kWidth) {
      lines += line + "\n";
      line = "#";
    }
    line.append(" ").append(word);
    text.remove_prefix(space == text.npos ? text.size() : space + 1);
  }
  return lines + line + "\n";
}

// A key without its documentation; `mark` is "#" where the line is not in force.
std::string assignment(std::string_view mark, std::string_view name, const Key& key) {
  const auto& value = key.example.empty() ? key.setting.initial : key.example;
  return fmt::format("{}{} = {}\n", mark, name, value);
}

std::string documentation(const Key& key) {
  return comment(key.meaning) + comment("Allowed: " + key.setting.allowed + ".");
}

std::string rows(std::string_view mark, const Key& key) {
  std::string text = comment(key.meaning);
  const auto members = key.setting.rows();
  for (const auto& member : members) {
    text +=
        comment(fmt::format("  {}: {}. {}", member.path, member.setting.allowed, member.meaning));
  }
  text += fmt::format("{}[[{}]]\n", mark, key.path);
  for (const auto& member : members) text += assignment(mark, member.path, member);
  return text;
}

}  // namespace

std::string sample_of(const Schema& schema) {
  std::string text = comment(
      "Every setting with its meaning, what is allowed, and its default. Lines that begin with # "
      "and no space are settings at their default or unset; take the # away to change one. "
      "Relative paths start at this file's folder.");
  std::string_view table;
  for (const auto& key : schema.keys) {
    const std::string_view path = key.path;
    const auto dot = path.rfind('.');
    const auto above = dot == path.npos ? std::string_view() : path.substr(0, dot);
    const std::string_view mark = key.need == Need::required ? "" : "#";
    text += "\n";
    if (key.setting.rows) {
      text += rows(mark, key);
      continue;
    }
    if (above != table) text += fmt::format("[{}]\n\n", table = above);
    text += documentation(key) + assignment(mark, path.substr(dot + 1), key);
  }
  return text;
}

}  // namespace fullcone::config
