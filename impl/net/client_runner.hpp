// The client as a whole: the local port, one io_context and one core shard per thread, and how the
// server is reached and verified.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "core/client.hpp"
#include "core/client_counters.hpp"
#include "core/client_settings.hpp"
#include "wire/address.hpp"

namespace fullcone {

// How the server proves who it is (TLS-2). With a pin the certificate's public key decides and the
// chain and name are not looked at; without one they must verify.
struct ClientTls {
  std::string server_name;                  // SNI and the name to verify; empty: the host dialled
  std::optional<std::filesystem::path> ca;  // PEM bundle; nullopt: the system's
  std::optional<std::array<std::uint8_t, 32>> pin;  // SHA-256 of the leaf's SubjectPublicKeyInfo
  bool verify = true;                               // false: anyone may answer; logged loudly
  std::vector<std::string> alpn;                    // offered; empty: none
};

struct ClientOptions {
  std::vector<Endpoint> listen;  // port 0: the system's choice
  Destination server;
  ClientTls tls;
  ClientSettings settings;
  KeepAlive keep_alive;
  unsigned threads = 0;  // 0: one per core
  Duration drain = 10s;
};

class ClientRunner {
 public:
  // Binds and loads everything; throws std::runtime_error with a message that names the address or
  // the file and what is wrong with it.
  explicit ClientRunner(ClientOptions options);
  ~ClientRunner();

  std::vector<Endpoint> listening() const;
  void run();
  // From any thread; as ServerRunner::stop(). CRUMFURS channels close cleanly.
  void stop();
  struct Status {
    ClientCounters counters;
    std::size_t locals = 0;
    std::size_t server_connections = 0;
  };
  Status status() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fullcone
