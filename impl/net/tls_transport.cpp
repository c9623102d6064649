#include "net/tls_transport.hpp"

#include <openssl/x509.h>
#include <sys/socket.h>

#include <new>
#include <utility>

namespace fullcone {

TlsTransport::TlsTransport(SslPtr ssl, int fd)
    : fd_(fd), ssl_(std::move(ssl)), secrets_(std::make_unique<TlsHandshakeSecrets>()) {
  if (SSL_set_fd(ssl_.get(), fd) != 1) throw std::bad_alloc();
  secrets_->watch(ssl_.get());
}

// ----- the handshake

Transport::Status TlsTransport::handshake() {
  if (records_) return Status::done;
  ERR_clear_error();
  const int returned = SSL_do_handshake(ssl_.get());
  if (returned == 1) {
    take_over();
    return Status::done;
  }
  const Status status = status_of(returned);
  if (status == Status::failed) note_failure();
  return status;
}

void TlsTransport::take_over() {
  TlsHandshakeSecrets::forget(ssl_.get());
  if (const TlsSuite* const suite = secrets_->suite(ssl_.get())) {
    records_.emplace(std::move(ssl_), *suite, *secrets_, fd_);
  }
  secrets_.reset();
}

void TlsTransport::note_failure() {
  const long verified = SSL_get_verify_result(ssl_.get());
  const bool cut = ERR_peek_error() == 0;
  failure_ = cut ? "the connection was cut" : take_openssl_error();
  if (verified != X509_V_OK && SSL_get_verify_mode(ssl_.get()) != SSL_VERIFY_NONE) {
    failure_ += std::string(": ") + X509_verify_cert_error_string(verified);
  }
  // What nobody reads would make the end a reset, which destroys OpenSSL's alert on its way.
  constexpr std::size_t kNoise = 65536;
  ::recv(fd_, nullptr, kNoise, MSG_TRUNC);
}

// ----- what a stream asks for

Transport::Result TlsTransport::read(std::span<std::uint8_t> into) {
  if (records_) return records_->read(into);
  ERR_clear_error();
  std::size_t octets = 0;
  const int returned = SSL_read_ex(ssl_.get(), into.data(), into.size(), &octets);
  return {returned == 1 ? Status::done : status_of(returned), octets};
}

Transport::Result TlsTransport::write(ByteView from) {
  if (records_) return records_->write(from);
  ERR_clear_error();
  std::size_t octets = 0;
  const int returned = SSL_write_ex(ssl_.get(), from.data(), from.size(), &octets);
  return {returned == 1 ? Status::done : status_of(returned), octets};
}

Transport::Status TlsTransport::send_end() {
  if (records_) return records_->send_end();
  ERR_clear_error();
  const int returned = SSL_shutdown(ssl_.get());
  return returned >= 0 ? Status::done : status_of(returned);
}

Transport::Status TlsTransport::status_of(int returned) const {
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
      return Status::wants_read;
    case SSL_ERROR_WANT_WRITE:
      return Status::wants_write;
    case SSL_ERROR_ZERO_RETURN:
      return Status::ended;
    default:
      return Status::failed;
  }
}

}  // namespace fullcone
