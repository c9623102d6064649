// "host:port" as people write it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "wire/address.hpp"

namespace fullcone {

// 1 to 253 letters, digits, "-", "_" and ".". The last label is not a number, so that a mistyped
// address is not taken for a name.
bool is_host_name(std::string_view text);

// "192.0.2.1:53", "[2001:db8::1]:53" or "example.org:53", port 1 to 65535; nullopt for anything
// else.
std::optional<Destination> parse_host_port(const std::string& text);

}  // namespace fullcone
