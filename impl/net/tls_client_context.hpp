// The client's side of TLS: how the server is verified (TLS-2), and the sessions it gave us to
// resume. Shared by all threads.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "net/client_runner.hpp"
#include "net/openssl_handles.hpp"
#include "net/tls_session_cache.hpp"

namespace fullcone {

class TlsClientContext {
 public:
  // `host` is what is dialled: the name to verify when the settings give none. Throws
  // std::runtime_error that names the file that cannot be used.
  TlsClientContext(const ClientTls& settings, const std::string& host);
  TlsClientContext(const TlsClientContext&) = delete;
  TlsClientContext& operator=(const TlsClientContext&) = delete;

  // State for one connection; null when there is no memory. It is good only while this context
  // lives.
  SslPtr connect();

 private:
  void set_verification(const ClientTls& settings);
  bool name_server(SSL* ssl) const;

  SslContextPtr context_;
  std::string name_;  // a host name or an address
  bool name_is_address_;
  std::optional<std::array<std::uint8_t, 32>> pin_;
  TlsSessionCache sessions_;
};

}  // namespace fullcone
