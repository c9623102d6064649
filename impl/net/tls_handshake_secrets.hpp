// What the records of a TLS 1.3 connection need to know of its handshake, which is OpenSSL's: the
// suite, both traffic secrets (RFC 8446 section 7.1), and how many records our side has sent under
// its own already. OpenSSL tells them to whoever wants to log keys and messages.
#pragma once

#include <cstdint>
#include <string_view>

#include "net/openssl_handles.hpp"
#include "net/tls_record_cipher.hpp"

namespace fullcone {

class TlsHandshakeSecrets {
 public:
  // For a context whose connections may be watched.
  static void allow(SSL_CTX* context);

  // From before the handshake until forget().
  void watch(SSL* ssl);
  static void forget(SSL* ssl);

  // Of a connection whose handshake is done; null: records are OpenSSL's, for it is not TLS 1.3, or
  // the far end asked for shorter ones (RFC 6066 section 4).
  const TlsSuite* suite(const SSL* ssl) const;
  const TlsRecordCipher::Secret& client() const { return client_; }
  const TlsRecordCipher::Secret& server() const { return server_; }
  // Session tickets.
  std::uint64_t sent() const { return sent_; }

 private:
  static void on_line(const SSL* ssl, const char* line);
  static void on_message(int sent, int version, int type, const void* octets, std::size_t size,
                         SSL* ssl, void* argument);
  void learn(std::string_view line);

  TlsRecordCipher::Secret client_;
  TlsRecordCipher::Secret server_;
  std::uint64_t sent_ = 0;
};

}  // namespace fullcone
