#include "conformance/glob.hpp"

#include <algorithm>

namespace fullcone::conformance {

// Remembers the last `*` and, on a mismatch, lets it take one character more: never more than
// pattern times text steps.
bool matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t taken = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      taken = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool Selection::picks(std::string_view id) const {
  const auto rule = id.substr(0, id.find('.'));
  const auto matching = [&](const std::string& pattern) {
    return matches(pattern, id) || pattern == rule;
  };
  return (only.empty() || std::ranges::any_of(only, matching)) &&
         std::ranges::none_of(skip, matching);
}

}  // namespace fullcone::conformance
