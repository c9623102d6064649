// TLS on TCP. close_notify ends a direction; a TCP end without it is a cut (RFC 8446 section 6.1).
// OpenSSL shakes hands; what is said over TLS 1.3 after that goes through TlsRecords, and over
// TLS 1.2 through OpenSSL as well.
#pragma once

#include <memory>
#include <optional>

#include "net/openssl_handles.hpp"
#include "net/tls_handshake_secrets.hpp"
#include "net/tls_records.hpp"
#include "net/transport.hpp"

namespace fullcone {

class TlsTransport final : public Transport {
 public:
  // `ssl` is not bound to anything yet; `fd`, the stream's socket, outlives the transport.
  TlsTransport(SslPtr ssl, int fd);

  Status handshake() override;
  Result read(std::span<std::uint8_t> into) override;
  Result write(ByteView from) override;
  std::size_t unsent() const override { return records_ ? records_->unsent() : 0; }
  Status send_end() override;
  void prepare_abort() override {}  // a TCP end without close_notify is one already
  std::string failure() const override { return failure_; }

 private:
  void take_over();
  void note_failure();
  Status status_of(int returned) const;

  int fd_;
  SslPtr ssl_;                                    // null once records_ has it
  std::unique_ptr<TlsHandshakeSecrets> secrets_;  // of the handshake under way
  std::optional<TlsRecords> records_;
  std::string failure_;
};

}  // namespace fullcone
