// A self-signed certificate with a new key, for a server that proves itself by a pin. Clients that
// know no pins can name the certificate itself as their CA file.
#pragma once

#include <string>

#include "app/pin.hpp"

namespace fullcone {

struct SelfSigned {
  std::string certificate;  // PEM
  std::string private_key;  // PEM, PKCS #8, without a pass phrase
  Pin pin{};
};

// ECDSA on P-256, valid for 10 years from a day ago, good for `host` only: a DNS name or an IP
// address. Throws std::runtime_error.
SelfSigned make_self_signed(const std::string& host);

}  // namespace fullcone
