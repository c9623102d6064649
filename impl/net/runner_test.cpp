// How the runners begin and end: what they refuse to start with, what stop() waits for, and that
// nothing is left open.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>
#include <optional>

#include "net/testing/proxy.hpp"
#include "net/testing/socks5_app.hpp"
#include "net/testing/tls_connection.hpp"

namespace fullcone::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

std::size_t open_files() {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

TEST(RunnerStart, AddressThatIsTakenIsNamed) {
  const Server first;
  for (const unsigned threads : {1u, 2u}) {
    EXPECT_THAT(([&] {
                  Server([&](ServerOptions& options) {
                    options.listen = {first.endpoint()};
                    options.threads = threads;
                  });
                }),
                ThrowsMessage<std::runtime_error>(
                    AllOf(HasSubstr(first.endpoint().to_string()), HasSubstr("in use"))));
  }
}

TEST(RunnerStart, FileThatIsMissingIsNamed) {
  EXPECT_THAT(
      ([] { Server([](ServerOptions& options) { options.tls.private_key = "/no/such/key"; }); }),
      ThrowsMessage<std::runtime_error>(HasSubstr("/no/such/key")));
  const Server server;
  EXPECT_THAT(([&] {
                Client(server, [](ClientOptions& options) {
                  options.tls.pin.reset();
                  options.tls.ca = "/no/such/ca";
                });
              }),
              ThrowsMessage<std::runtime_error>(HasSubstr("/no/such/ca")));
}

TEST(RunnerStart, AllThreadsListenOnThePortThatTheFirstWasGiven) {
  const Server server([](ServerOptions& options) {
    options.listen = {loopback(), loopback()};
    options.threads = 3;
  });
  const auto listening = server.runner->listening();
  ASSERT_EQ(listening.size(), 2u);
  EXPECT_NE(listening[0], listening[1]);
  TlsClientContext context(pinned(server), "127.0.0.1");
  for (const auto& endpoint : listening) {
    for (int i = 0; i < 10; ++i) TlsConnection(endpoint, context);
  }
}

TEST(RunnerStop, BeforeRunItEndsAtOnce) {
  const TemporaryFolder folder;
  const Certificate certificate("DNS:proxy.test");
  const ServerTls files{folder.path() / "cert.pem", folder.path() / "key.pem", {}};
  certificate.write(files.certificate, files.private_key);
  ServerOptions options;
  options.listen = {loopback()};
  options.tls = files;
  ServerRunner runner(std::move(options));
  runner.stop();
  runner.run();
  EXPECT_EQ(runner.status().connections, 0u);
}

TEST(RunnerStop, WaitsForARelayToEndByItself) {
  Server server([](ServerOptions& options) { options.drain = kPatience; });
  Client client(server, [](ClientOptions& options) { options.drain = kPatience; });
  const TcpListener target;
  Socks5App app(client.endpoint());
  const auto& near = app.connect(target.endpoint());
  const auto far = target.accept();
  client.runner->stop();
  server.runner->stop();
  EXPECT_THROW(TcpConnection(server.endpoint()).receive_to_end(), std::system_error);

  near.send(as_bytes("last words"));
  near.end();
  EXPECT_EQ(as_text(far.receive_to_end()), "last words");
  far.end();
  EXPECT_TRUE(near.receive_to_end().empty());
  client.runner.await_end();
  server.runner.await_end();
}

TEST(RunnerStop, EndsARelayWhenItsTimeIsOver) {
  Server server([](ServerOptions& options) { options.drain = std::chrono::milliseconds(50); });
  const Client client(server);
  const TcpListener target;
  Socks5App app(client.endpoint());
  const auto& near = app.connect(target.endpoint());
  const auto far = target.accept();
  server.runner->stop();
  EXPECT_TRUE(near.is_reset() || near.receive_to_end().empty());
  server.runner.await_end();
}

TEST(RunnerStop, ClientEndsItsSessionsCleanly) {
  Server server;
  Client client(server);
  Socks5Association app(client.endpoint());
  const UdpPeer peer;
  app.send_to(peer.endpoint(), as_bytes("hi"));
  peer.receive();
  client.runner->stop();
  EXPECT_TRUE(app.control().receive_to_end().empty());
  app.control().end();
  client.runner.await_end();
  // A cut CRUMFURS would leave the session its grace.
  EXPECT_TRUE(eventually([&] { return server.runner->status().counters.sessions_ended == 1; }));
}

// Each of the two closes on its own; what they hold in between is of every kind.
TEST(RunnerStop, NothingIsLeftOpen) {
  const std::size_t before = open_files();
  const TcpListener target;
  const UdpPeer peer, stranger;
  const std::size_t with_peers = open_files();
  for (const bool at_once : {false, true}) {
    const auto two_threads = [](auto& options) {
      options.threads = 2;
      options.drain = std::chrono::milliseconds(50);
    };
    Server server(two_threads);
    Client client(server, two_threads);
    Socks5App app(client.endpoint());
    app.connect(target.endpoint());
    const auto far = target.accept();
    const Socks5App idle(client.endpoint());
    const TcpConnection no_tls(server.endpoint());
    const Socks5Association association(client.endpoint());
    association.send_to(peer.endpoint(), as_bytes("hi"));
    stranger.send_to(peer.receive().source, as_bytes("hello"));
    association.receive();

    server.runner->stop();
    if (at_once) server.runner->stop();
    server.runner.await_end();
    client.runner->stop();
    if (at_once) client.runner->stop();
    client.runner.await_end();
  }
  EXPECT_EQ(open_files(), with_peers);
  EXPECT_EQ(with_peers, before + 3);
}

// A runner that ends its run() has closed what it held, not only what goes with its destructor.
TEST(RunnerStop, TheEndOfRunLeavesOnlyEventLoops) {
  Server server;
  const std::size_t idle = open_files();
  TlsClientContext context(pinned(server), "127.0.0.1");
  {
    const TlsConnection first(server.endpoint(), context);
    const TlsConnection second(server.endpoint(), context);
    server.runner->stop();
    first.await_end();
    second.await_end();
  }
  server.runner.await_end();
  EXPECT_EQ(open_files(), idle - 1);  // the listening socket
}

}  // namespace
}  // namespace fullcone::testing
