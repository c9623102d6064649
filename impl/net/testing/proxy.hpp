// A whole proxy in this process: server and client runners on loopback, each with its threads.
#pragma once

#include <functional>
#include <memory>
#include <thread>
#include <utility>

#include "net/client_runner.hpp"
#include "net/server_runner.hpp"
#include "net/testing/certificate.hpp"
#include "net/testing/sockets.hpp"

namespace fullcone::testing {

inline const Uuid kUser = *Uuid::parse("7f8e6a3c-0b57-4d0a-9c1e-5a2f1b3c4d5e");

// A runner on a thread of its own, stopped and awaited at the end.
template <class Runner>
class Running {
 public:
  template <class Options>
  explicit Running(Options options)
      : runner_(std::make_unique<Runner>(std::move(options))),
        thread_([this] { runner_->run(); }) {}
  ~Running() {
    if (thread_.joinable()) stop_at_once();
  }

  Runner* operator->() const { return runner_.get(); }
  Endpoint endpoint() const { return runner_->listening().front(); }
  void stop_at_once() {
    runner_->stop();
    runner_->stop();
    thread_.join();
  }
  // After stop().
  void await_end() { thread_.join(); }

 private:
  std::unique_ptr<Runner> runner_;
  std::thread thread_;
};

class Server {
 public:
  using Change = std::function<void(ServerOptions&)>;

  explicit Server(const Change& change = {}) : runner(options(change)) {}

  Endpoint endpoint() const { return runner.endpoint(); }
  ServerTls files() const {
    return {.certificate = folder.path() / "cert.pem",
            .private_key = folder.path() / "key.pem",
            .alpn = {}};
  }

  TemporaryFolder folder;
  Certificate certificate{"DNS:proxy.test,IP:127.0.0.1"};
  Running<ServerRunner> runner;

 private:
  ServerOptions options(const Change& change) const {
    certificate.write(files().certificate, files().private_key);
    ServerOptions options;
    options.listen = {loopback()};
    options.tls = files();
    options.users = {{"test", kUser}};
    options.settings.egress = EgressPolicy();
    options.threads = 1;
    if (change) change(options);
    return options;
  }
};

class Client {
 public:
  using Change = std::function<void(ClientOptions&)>;

  explicit Client(const Server& server, const Change& change = {})
      : runner(options(server, change)) {}

  Endpoint endpoint() const { return runner.endpoint(); }

  Running<ClientRunner> runner;

 private:
  static ClientOptions options(const Server& server, const Change& change) {
    ClientOptions options;
    options.listen = {loopback()};
    options.server = server.endpoint();
    options.tls.pin = server.certificate.pin();
    options.settings.user = kUser;
    options.settings.limits.ready_connections = 0;  // so that tests can count connections
    options.threads = 1;
    if (change) change(options);
    return options;
  }
};

}  // namespace fullcone::testing
