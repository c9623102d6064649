// A blocking TLS connection to the server under test, for what a runner's client would not do.
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "net/openssl_handles.hpp"
#include "net/testing/proxy.hpp"
#include "net/testing/sockets.hpp"
#include "net/tls_client_context.hpp"
#include "wire/request_header.hpp"

namespace fullcone::testing {

class TlsConnection {
 public:
  enum class End { close_notify, cut };

  // `context` outlives the connection. Throws when the handshake fails.
  TlsConnection(const Endpoint& server, TlsClientContext& context)
      : tcp_(server), ssl_(context.connect()) {
    SSL_set_fd(ssl_.get(), tcp_.fd());
    shake_hands();
  }
  TlsConnection(const Endpoint& server, SSL_CTX* context) : tcp_(server), ssl_(SSL_new(context)) {
    SSL_set_fd(ssl_.get(), tcp_.fd());
    SSL_set_connect_state(ssl_.get());
    shake_hands();
  }
  TlsConnection(TlsConnection&&) = default;

  SSL* ssl() const { return ssl_.get(); }
  bool resumed() const { return SSL_session_reused(ssl_.get()) == 1; }

  void send(ByteView octets) const {
    std::size_t written = 0;
    while (!octets.empty()) {
      if (SSL_write_ex(ssl_.get(), octets.data(), octets.size(), &written) != 1) fail("SSL_write");
      octets = octets.subspan(written);
    }
  }
  void request(const RequestHeader& header) const {
    Bytes octets;
    encode_request_header(header, octets);
    send(octets);
  }
  Bytes receive_exactly(std::size_t wanted) const {
    Bytes octets(wanted);
    for (std::size_t have = 0, read = 0; have < wanted; have += read) {
      if (SSL_read_ex(ssl_.get(), octets.data() + have, wanted - have, &read) != 1) {
        throw std::runtime_error("the TLS stream ended early");
      }
    }
    return octets;
  }
  // Reads to the end and tells which it was.
  End await_end() const {
    Bytes ignored(65536);
    int read = 0;
    do {
      ERR_clear_error();
      read = SSL_read(ssl_.get(), ignored.data(), static_cast<int>(ignored.size()));
    } while (read > 0);
    const bool clean = SSL_get_error(ssl_.get(), read) == SSL_ERROR_ZERO_RETURN;
    return clean ? End::close_notify : End::cut;
  }
  void send_close_notify() const { SSL_shutdown(ssl_.get()); }

 private:
  void shake_hands() const {
    ERR_clear_error();
    if (SSL_do_handshake(ssl_.get()) != 1) {
      throw std::runtime_error("no TLS handshake: " + take_openssl_error());
    }
  }

  TcpConnection tcp_;
  SslPtr ssl_;
};

inline ClientTls unverified(std::vector<std::string> alpn = {}) {
  ClientTls tls;
  tls.verify = false;
  tls.alpn = std::move(alpn);
  return tls;
}

// Verifies by the server's pin.
inline ClientTls pinned(const Server& server) {
  ClientTls tls;
  tls.pin = server.certificate.pin();
  return tls;
}

}  // namespace fullcone::testing
