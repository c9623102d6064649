// Case ids picked by shell-like patterns: `*` any run of characters, `?` one; all else is literal.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fullcone::conformance {

bool matches(std::string_view pattern, std::string_view text);

// `only` empty: everything is picked. A pattern without wildcards also picks what it is the rule
// of: "CONE-5" picks "CONE-5.stranger".
struct Selection {
  std::vector<std::string> only;
  std::vector<std::string> skip;
  bool picks(std::string_view id) const;
};

}  // namespace fullcone::conformance
