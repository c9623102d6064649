// TLS as the suite speaks it, from either end: 1.2 and 1.3.
#pragma once

#include <filesystem>
#include <string>

#include "conformance/live/certificate.hpp"
#include "conformance/live/transport.hpp"

namespace fullcone::conformance {

// The suite as a client. The server's chain must lead to `ca`; its name is looked at only where
// one is given, for it is the server that is judged here.
class TlsDialler {
 public:
  // Throws std::runtime_error when `ca` cannot be used.
  TlsDialler(const std::filesystem::path& ca, std::string server_name);
  SslPtr make() const;

 private:
  SslContextPtr context_;
  std::string server_name_;
};

// The suite as a server.
class TlsAcceptor {
 public:
  explicit TlsAcceptor(const Certificate& certificate);
  SslPtr make() const;

 private:
  SslContextPtr context_;
};

}  // namespace fullcone::conformance
