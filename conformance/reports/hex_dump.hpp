// Octets as a hex editor shows them: offset, sixteen octets, and what is printable of them.
#pragma once

#include <string>
#include <string_view>

namespace fullcone::conformance {

// A line each for sixteen octets, "0010  68 65 6c 6c 6f …  |hello|"; not escaped.
std::string hex_dump(std::string_view octets);

}  // namespace fullcone::conformance
