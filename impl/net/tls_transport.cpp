#include "net/tls_transport.hpp"

#include <openssl/x509.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

namespace fullcone {
namespace {

constexpr std::size_t kRecord = SSL3_RT_MAX_PLAIN_LENGTH;
// Eight whole records, each with its header, tag and type.
constexpr std::size_t kReadAhead = 8 * (kRecord + 5 + 16 + 1);

// Room that no transport of this thread has octets in.
thread_local std::unique_ptr<std::uint8_t[]> spare_room;

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
  if (socket.empty()) {
    const ssize_t count = read_ahead(socket);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
    if (count <= 0) return static_cast<int>(count);
  }
  const std::size_t count = std::min(socket.back - socket.front, static_cast<std::size_t>(size));
  std::memcpy(into, socket.room.get() + socket.front, count);
  socket.front += count;
  if (socket.empty()) spare_room = std::move(socket.room);
  return static_cast<int>(count);
}

// What was short once in this turn has nothing more to give; readiness will say when it has.
ssize_t TlsTransport::read_ahead(Socket& socket) {
  if (socket.drained) {
    errno = EAGAIN;
    return -1;
  }
  if (spare_room == nullptr) {
    spare_room = std::make_unique_for_overwrite<std::uint8_t[]>(kReadAhead);
  }
  const ssize_t count = ::recv(socket.fd, spare_room.get(), kReadAhead, 0);
  if (count <= 0) return count;
  socket.drained = static_cast<std::size_t>(count) < kReadAhead;
  socket.room = std::move(spare_room);
  socket.front = 0;
  socket.back = static_cast<std::size_t>(count);
  return count;
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
  socket_.drained = false;
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
  if (!socket_.drained || !socket_.empty() || SSL_has_pending(ssl_.get()) != 0) {
    return {Status::done, octets};
  }
  socket_.drained = false;
  return {Status::wants_read, octets};
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
      socket_.drained = false;
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
