// The server's side of TLS: its certificate and what it agrees to (TLS-1). Shared by all threads;
// tickets given out by one thread are good on every other.
#pragma once

#include <memory>
#include <mutex>

#include "base/bytes.hpp"
#include "net/openssl_handles.hpp"
#include "net/server_runner.hpp"

namespace fullcone {

class TlsServerContext {
 public:
  // Throws std::runtime_error that names the file that cannot be used.
  explicit TlsServerContext(const ServerTls& settings);

  // Reads the files again, for connections made from now on. Throws as the constructor does, and
  // then nothing has changed. Tickets from before are no longer taken: whoever returns sees the
  // new certificate.
  void reload();

  // State for one connection; null when there is no memory.
  SslPtr accept() const;

 private:
  ServerTls settings_;
  Bytes alpn_;  // outlives every connection's handshake
  mutable std::mutex mutex_;
  std::shared_ptr<SSL_CTX> context_;  // guarded by mutex_; connections keep theirs
};

}  // namespace fullcone
