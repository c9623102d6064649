// The server as a whole: listeners, one io_context and one core shard per thread. What the
// configuration says comes in here; nothing below reads a file but the certificate's.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "core/server.hpp"
#include "core/server_counters.hpp"
#include "core/users.hpp"

namespace fullcone {

struct ServerTls {
  std::filesystem::path certificate;  // PEM chain, leaf first
  std::filesystem::path private_key;  // PEM
  std::vector<std::string>
      alpn;  // accepted protocols in order of preference; empty: ALPN is ignored
};

struct ServerOptions {
  std::vector<Endpoint> listen;  // port 0: the system's choice
  ServerTls tls;
  std::vector<User> users;
  ServerSettings settings;
  KeepAlive keep_alive;
  unsigned threads = 0;  // 0: one per core
  Duration drain = 10s;  // how long stop() waits for TCP relays to end by themselves
};

class ServerRunner {
 public:
  // Binds and loads everything; throws std::runtime_error with a message that names the address or
  // the file and what is wrong with it.
  explicit ServerRunner(ServerOptions options);
  ~ServerRunner();

  // The addresses listened on, in the order of the options, ports filled in.
  std::vector<Endpoint> listening() const;
  // Serves until stop(); returns when every thread is done.
  void run();
  // From any thread: no new connections, relays may end within `drain`, then everything is closed.
  // A second call closes at once.
  void stop();
  // From any thread: new handshakes use the files as they are now; running connections go on.
  // Throws std::runtime_error, the old certificate staying in use, when they cannot be used.
  void reload_certificate();
  // From any thread while run() runs: the sum over all shards, and what they hold now.
  struct Status {
    ServerCounters counters;
    std::size_t connections = 0;
    std::size_t sessions = 0;
    std::size_t mappings = 0;
  };
  Status status() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace fullcone
