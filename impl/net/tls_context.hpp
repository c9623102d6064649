// What the two sides' TLS contexts have in common.
#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "base/bytes.hpp"
#include "net/openssl_handles.hpp"

namespace fullcone {

// TLS 1.3 and 1.2 with forward secrecy and AEAD only (TLS-1); no renegotiation, no compression.
// Throws std::runtime_error.
SslContextPtr make_tls_context(const SSL_METHOD* method);

// Whether `file` is PEM and what comes first is a certificate.
bool begins_with_certificate(const std::filesystem::path& file);

// ALPN's wire form: each name with its length before it. Throws std::runtime_error for a name that
// is empty or longer than 255 octets.
Bytes encode_alpn(std::span<const std::string> protocols);

}  // namespace fullcone
