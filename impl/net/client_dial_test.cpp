// What the app is told when the client cannot reach its server, and how it gets there by name.
#include <gtest/gtest.h>

#include "net/testing/proxy.hpp"
#include "net/testing/socks5_app.hpp"

namespace fullcone::testing {
namespace {

struct ClientDial : ::testing::Test {
  // The status line of the answer to an app that asks for a tunnel by HTTP CONNECT.
  std::string answer_with(const Client::Change& change) const {
    const Client client(server, change);
    const TcpConnection app(client.endpoint());
    const std::string at = target.endpoint().to_string();
    app.send(as_bytes("CONNECT " + at + " HTTP/1.1\r\nHost: " + at + "\r\n\r\n"));
    return std::string(as_text(app.receive_exactly(12)));
  }

  Server server;
  TcpListener target;
};

TEST_F(ClientDial, ServerByName) {
  EXPECT_EQ(answer_with([&](ClientOptions& options) {
              options.server = NamedEndpoint{"localhost", server.endpoint().port};
            }),
            "HTTP/1.1 200");
}

TEST_F(ClientDial, NameThatDoesNotResolve) {
  EXPECT_EQ(answer_with([&](ClientOptions& options) {
              options.server = NamedEndpoint{"no-such-host.invalid", 443};
            }),
            "HTTP/1.1 502");
}

TEST_F(ClientDial, ServerThatIsNotThere) {
  EXPECT_EQ(answer_with([](ClientOptions& options) { options.server = TcpListener().endpoint(); }),
            "HTTP/1.1 502");
}

TEST_F(ClientDial, ServerThatDoesNotShakeHands) {
  EXPECT_EQ(answer_with([&](ClientOptions& options) {
              options.server = target.endpoint();
              options.settings.limits.connect_timeout = std::chrono::milliseconds(100);
            }),
            "HTTP/1.1 504");
}

TEST_F(ClientDial, ServerThatHangsUp) {
  const TcpListener rude;
  const std::jthread hang_up([&] { rude.accept(); });
  EXPECT_EQ(answer_with([&](ClientOptions& options) { options.server = rude.endpoint(); }),
            "HTTP/1.1 502");
}

// Stopped at every stage of a dial, the client ends.
TEST_F(ClientDial, IsGivenUpWhenTheClientStops) {
  Client client(server, [&](ClientOptions& options) {
    options.server = NamedEndpoint{"localhost", target.endpoint().port};
  });
  Socks5App app(client.endpoint());
  Bytes request;
  socks5::encode_greeting(false, request);
  socks5::encode_request(socks5::Command::connect, target.endpoint(), request);
  app.connection().send(request);
  const auto far = target.accept();
  client.runner->stop();
  EXPECT_EQ(as_text(app.connection().receive_to_end()).substr(2), "");
  app.connection().end();
  client.runner.await_end();
}

}  // namespace
}  // namespace fullcone::testing
