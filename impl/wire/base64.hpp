// Base64 (RFC 4648 section 4), as HTTP's Basic credentials carry it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fullcone {

// Padding may be left out. nullopt: a character outside the alphabet, padding of the wrong
// length, or a last character whose unused bits are set.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace fullcone
