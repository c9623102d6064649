#include "net/tls_transport.hpp"

#include <openssl/x509.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <new>

namespace fullcone {
namespace {

constexpr std::size_t kRecord = SSL3_RT_MAX_PLAIN_LENGTH;

}  // namespace

// ----- OpenSSL's view of the socket

TlsTransport::TlsTransport(SslPtr ssl, int fd) : socket_{fd}, ssl_(std::move(ssl)) {
  BIO* const bio = BIO_new(method());
  if (bio == nullptr) throw std::bad_alloc();
  BIO_set_data(bio, &socket_);
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
}

const BIO_METHOD* TlsTransport::method() {
  static BIO_METHOD* const shared = [] {
    BIO_METHOD* const made =
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "fullcone socket");
    if (made == nullptr) throw std::bad_alloc();
    BIO_meth_set_read(made, read_socket);
    BIO_meth_set_write(made, write_socket);
    BIO_meth_set_ctrl(made, control);
    return made;
  }();
  return shared;
}

int TlsTransport::read_socket(BIO* bio, char* into, int size) {
  auto& socket = *static_cast<Socket*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const ssize_t count = ::recv(socket.fd, into, static_cast<std::size_t>(size), 0);
  socket.drained = count < size;
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
  return static_cast<int>(count);
}

int TlsTransport::write_socket(BIO* bio, const char* from, int size) {
  const auto& socket = *static_cast<const Socket*>(BIO_get_data(bio));
  BIO_clear_retry_flags(bio);
  const int flags = MSG_NOSIGNAL | (socket.more ? MSG_MORE : 0);
  const ssize_t count = ::send(socket.fd, from, static_cast<std::size_t>(size), flags);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
  return static_cast<int>(count);
}

long TlsTransport::control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;  // nothing is buffered
}

// ----- what a stream asks for

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
  if (returned != 1) return {status_of(returned)};
  const bool drained = socket_.drained && SSL_has_pending(ssl_.get()) == 0;
  return {drained ? Status::wants_read : Status::done, octets};
}

// Records until all is written or the socket takes no more.
Transport::Result TlsTransport::write(ByteView from) {
  ERR_clear_error();
  std::size_t written = 0;
  while (written < from.size()) {
    const ByteView record = from.subspan(written, std::min(kRecord, from.size() - written));
    socket_.more = written + record.size() < from.size();
    std::size_t octets = 0;
    const int returned = SSL_write_ex(ssl_.get(), record.data(), record.size(), &octets);
    socket_.more = false;
    if (returned != 1) {
      const Status status = status_of(returned);
      if (status == Status::wants_write && written > 0) break;
      return {status, written};
    }
    written += octets;
  }
  return {Status::done, written};
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
