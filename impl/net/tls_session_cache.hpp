// The latest sessions that the server let the client resume: a handshake without certificates.
// Shared by all threads. A TLS 1.3 ticket is used once (RFC 8446 C.4), the newest first.
//
// The cache's sessions are copies: OpenSSL marks a connection's own session unusable when the
// connection ends without a close_notify of ours, whatever the server thinks of it.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>

#include "net/openssl_handles.hpp"

namespace fullcone {

class TlsSessionCache {
 public:
  explicit TlsSessionCache(std::size_t capacity) : capacity_(capacity) {}

  // The oldest goes when there is no room.
  void put(SSL_SESSION* session) {
    SslSessionPtr copy(SSL_SESSION_dup(session));
    if (copy == nullptr) return;
    const std::lock_guard lock(mutex_);
    sessions_.push_back(std::move(copy));
    if (sessions_.size() > capacity_) sessions_.pop_front();
  }

  // Null when there is none. A TLS 1.2 session stays for others to use.
  SslSessionPtr take() {
    const std::lock_guard lock(mutex_);
    if (sessions_.empty()) return nullptr;
    SSL_SESSION* const newest = sessions_.back().get();
    if (SSL_SESSION_get_protocol_version(newest) < TLS1_3_VERSION) {
      return SslSessionPtr(SSL_SESSION_dup(newest));
    }
    SslSessionPtr taken = std::move(sessions_.back());
    sessions_.pop_back();
    return taken;
  }

 private:
  const std::size_t capacity_;
  std::mutex mutex_;
  std::deque<SslSessionPtr> sessions_;
};

}  // namespace fullcone
