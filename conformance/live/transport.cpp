#include "conformance/live/transport.hpp"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "conformance/live/stream_tap.hpp"

namespace fullcone::conformance {
namespace {

class PlainTransport : public Transport {
 public:
  explicit PlainTransport(const UniqueFd& fd) : fd_(fd) {}

  Progress handshake() override { return Progress::done; }

  Progress read(std::span<std::uint8_t> into, std::size_t& count) override {
    const auto got = ::recv(fd_.get(), into.data(), into.size(), 0);
    if (got == 0) return Progress::ended;
    if (got < 0) return would_block() ? Progress::want_read : Progress::failed;
    count = static_cast<std::size_t>(got);
    return Progress::done;
  }

  Progress write(ByteView from, std::size_t& count) override {
    const auto sent = ::send(fd_.get(), from.data(), from.size(), MSG_NOSIGNAL);
    if (sent < 0) return would_block() ? Progress::want_write : Progress::failed;
    count = static_cast<std::size_t>(sent);
    return Progress::done;
  }

  void end() override { ::shutdown(fd_.get(), SHUT_WR); }
  std::string failure() const override { return {}; }

 private:
  static bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }
  const UniqueFd& fd_;
};

StreamTap& tap_of(const SSL* ssl) { return *static_cast<StreamTap*>(SSL_get_app_data(ssl)); }

// Of a BIO's reads and writes, after each.
long tell_tap(BIO* bio, int operation, const char* octets, std::size_t, int, long, int result,
              std::size_t* processed) {
  auto& tap = *reinterpret_cast<StreamTap*>(BIO_get_callback_arg(bio));
  const bool written = operation == (BIO_CB_WRITE | BIO_CB_RETURN);
  if (!written && operation != (BIO_CB_READ | BIO_CB_RETURN)) return result;
  if (result > 0) {
    tap.captured_octets(written ? Heading::sent : Heading::received,
                        {reinterpret_cast<const std::uint8_t*>(octets), *processed});
  } else if (!written && BIO_should_retry(bio) == 0) {
    tap.captured_end(Heading::received);
  }
  return result;
}

class TlsTransport : public Transport {
 public:
  TlsTransport(const UniqueFd& fd, SslPtr ssl, StreamTap& tap) : ssl_(std::move(ssl)) {
    SSL_set_fd(ssl_.get(), fd.get());
    SSL_set_app_data(ssl_.get(), &tap);
    BIO_set_callback_ex(SSL_get_rbio(ssl_.get()), &tell_tap);  // the same as its wbio
    BIO_set_callback_arg(SSL_get_rbio(ssl_.get()), reinterpret_cast<char*>(&tap));
    SSL_set_mode(ssl_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  }

  Progress handshake() override {
    ERR_clear_error();
    const int result = SSL_do_handshake(ssl_.get());
    if (result == 1) return Progress::done;
    const Progress progress = progress_of(result);
    if (progress == Progress::failed || progress == Progress::ended) note_failure();
    return progress == Progress::ended ? Progress::failed : progress;
  }

  Progress read(std::span<std::uint8_t> into, std::size_t& count) override {
    ERR_clear_error();
    const int result = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
    return result == 1 ? Progress::done : progress_of(result);
  }

  Progress write(ByteView from, std::size_t& count) override {
    ERR_clear_error();
    const int result = SSL_write_ex(ssl_.get(), from.data(), from.size(), &count);
    return result == 1 ? Progress::done : progress_of(result);
  }

  void end() override {
    ERR_clear_error();
    SSL_shutdown(ssl_.get());
  }

  std::string failure() const override { return failure_; }

 private:
  Progress progress_of(int result) const {
    switch (SSL_get_error(ssl_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return Progress::want_read;
      case SSL_ERROR_WANT_WRITE:
        return Progress::want_write;
      case SSL_ERROR_ZERO_RETURN:
        return Progress::ended;
      default:
        return Progress::failed;
    }
  }

  void note_failure() {
    const long verdict = SSL_get_verify_result(ssl_.get());
    if (verdict != X509_V_OK) {
      failure_ = std::string("certificate: ") + X509_verify_cert_error_string(verdict);
    } else if (const auto error = ERR_peek_error(); error != 0) {
      const char* const reason = ERR_reason_error_string(error);
      failure_ = reason != nullptr ? reason : "TLS failed";
    } else {
      failure_ = "the connection ended during the TLS handshake";
    }
  }

  SslPtr ssl_;
  std::string failure_;
};

}  // namespace

std::unique_ptr<Transport> plain_transport(const UniqueFd& fd) {
  return std::make_unique<PlainTransport>(fd);
}

std::unique_ptr<Transport> tls_transport(const UniqueFd& fd, SslPtr ssl, StreamTap& tap) {
  return std::make_unique<TlsTransport>(fd, std::move(ssl), tap);
}

void log_key(const SSL* ssl, const char* line) { tap_of(ssl).key(line); }

}  // namespace fullcone::conformance
