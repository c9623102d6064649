#include "net/tls_transport.hpp"

#include <openssl/x509.h>

namespace fullcone {

Transport::Status TlsTransport::handshake() {
  ERR_clear_error();
  const int returned = SSL_do_handshake(ssl_.get());
  if (returned == 1) return Status::done;
  const Status status = status_of(returned);
  if (status == Status::failed) {
    const long verified = SSL_get_verify_result(ssl_.get());
    const bool cut = ERR_peek_error() == 0;
    failure_ = cut ? "the connection was cut" : take_openssl_error();
    if (verified != X509_V_OK && SSL_get_verify_mode(ssl_.get()) != SSL_VERIFY_NONE) {
      failure_ += std::string(": ") + X509_verify_cert_error_string(verified);
    }
  }
  return status;
}

Transport::Result TlsTransport::read(std::span<std::uint8_t> into) {
  ERR_clear_error();
  std::size_t octets = 0;
  const int returned = SSL_read_ex(ssl_.get(), into.data(), into.size(), &octets);
  if (returned == 1) return {Status::done, octets};
  return {status_of(returned)};
}

Transport::Result TlsTransport::write(ByteView from) {
  ERR_clear_error();
  std::size_t octets = 0;
  const int returned = SSL_write_ex(ssl_.get(), from.data(), from.size(), &octets);
  if (returned == 1) return {Status::done, octets};
  return {status_of(returned)};
}

Transport::Status TlsTransport::send_end() {
  ERR_clear_error();
  const int returned = SSL_shutdown(ssl_.get());
  return returned >= 0 ? Status::done : status_of(returned);
}

Transport::Status TlsTransport::status_of(int returned) {
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
