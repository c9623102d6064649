// TLS on TCP. close_notify ends a direction; a TCP end without it is a cut (RFC 8446 section 6.1).
#pragma once

#include "net/openssl_handles.hpp"
#include "net/transport.hpp"

namespace fullcone {

class TlsTransport final : public Transport {
 public:
  // `ssl` is bound to the stream's socket, which outlives the transport.
  explicit TlsTransport(SslPtr ssl) : ssl_(std::move(ssl)) {}

  Status handshake() override;
  Result read(std::span<std::uint8_t> into) override;
  Result write(ByteView from) override;
  Status send_end() override;
  void prepare_abort() override {}  // a TCP end without close_notify is one already
  std::string failure() const override { return failure_; }

 private:
  Status status_of(int returned);

  SslPtr ssl_;
  std::string failure_;
};

}  // namespace fullcone
