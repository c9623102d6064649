#include "net/tls_context.hpp"

#include <stdexcept>

#include "net/tls_handshake_secrets.hpp"

namespace fullcone {
namespace {

// Where the processor has AES, 128 bits of it are the fastest that TLS has, and enough.
constexpr const char* kSuites =
    "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384";

}  // namespace

SslContextPtr make_tls_context(const SSL_METHOD* method) {
  ERR_clear_error();
  SslContextPtr context(SSL_CTX_new(method));
  if (!context || SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION) != 1 ||
      SSL_CTX_set_cipher_list(context.get(), "ECDHE+AESGCM:ECDHE+CHACHA20") != 1 ||
      SSL_CTX_set_ciphersuites(context.get(), kSuites) != 1) {
    throw std::runtime_error("TLS: " + take_openssl_error());
  }
  TlsHandshakeSecrets::allow(context.get());
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // The records of whoever has it in openssl.cnf would be sealed twice.
  SSL_CTX_clear_options(context.get(), SSL_OP_ENABLE_KTLS);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  return context;
}

bool begins_with_certificate(const std::filesystem::path& file) {
  const SslContextPtr context = make_tls_context(TLS_method());
  const bool usable = SSL_CTX_use_certificate_chain_file(context.get(), file.c_str()) == 1;
  ERR_clear_error();
  return usable;
}

Bytes encode_alpn(std::span<const std::string> protocols) {
  Bytes encoded;
  for (const auto& protocol : protocols) {
    if (protocol.empty() || protocol.size() > 255) {
      throw std::runtime_error("ALPN protocol \"" + protocol + "\" is not 1 to 255 octets long");
    }
    encoded.push_back(static_cast<std::uint8_t>(protocol.size()));
    append(encoded, as_bytes(protocol));
  }
  return encoded;
}

}  // namespace fullcone
