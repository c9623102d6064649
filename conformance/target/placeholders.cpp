#include "conformance/target/placeholders.hpp"

#include <algorithm>

#include "conformance/target/target_file.hpp"

namespace fullcone::conformance {
namespace {

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == ':' || c == '-';
  });
}

}  // namespace

std::string Placeholders::fill(std::string_view text) {
  std::string filled;
  while (!text.empty()) {
    const auto open = text.find('{');
    filled += text.substr(0, open);
    if (open == text.npos) break;
    text.remove_prefix(open);
    const auto close = text.find('}');
    const auto word = close == text.npos ? std::string_view() : text.substr(1, close - 1);
    if (is_word(word)) {
      filled += value_of(std::string(word));
      text.remove_prefix(close + 1);
    } else {
      filled += '{';
      text.remove_prefix(1);
    }
  }
  return filled;
}

const std::string& Placeholders::value_of(const std::string& word) {
  const auto found = known_.find(word);
  if (found != known_.end()) return found->second;
  const auto colon = word.find(':');
  const auto maker = makers_.find(word.substr(0, colon));
  if (colon == word.npos || maker == makers_.end()) {
    std::string allowed;
    for (const auto& [each, value] : known_) {
      if (each.find(':') == each.npos) allowed += " {" + each + "}";
    }
    for (const auto& [kind, make] : makers_) allowed += " {" + kind + ":NAME}";
    throw TargetError("{" + word + "} means nothing; known are" + allowed);
  }
  return known_[word] = maker->second();
}

}  // namespace fullcone::conformance
