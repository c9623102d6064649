// A pin: the SHA-256 digest of a certificate's SubjectPublicKeyInfo (RFC 7469 section 2.4). It
// outlives the certificate for as long as the key is kept.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace fullcone {

using Pin = std::array<std::uint8_t, 32>;

// 64 hex digits of any case, or base64, with or without curl's "sha256//" before it; nullopt for
// anything else.
std::optional<Pin> parse_pin(const std::string& text);

// Base64, as curl --pinnedpubkey takes it after "sha256//".
std::string print_pin(const Pin& pin);

}  // namespace fullcone
