// TLS as it is on the wire between our client and our server: versions, names and pins, tickets,
// certificates that change (TLS-1, TLS-2).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/conf.h>

#include <fstream>
#include <string>

#include "net/testing/proxy.hpp"
#include "net/testing/socks5_app.hpp"
#include "net/testing/tls_connection.hpp"
#include "net/tls_context.hpp"

namespace fullcone::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

// Whether a client with these settings gets a TLS connection to the server.
bool is_accepted(const Server& server, const ClientTls& tls) {
  const Client client(server, [&](ClientOptions& options) { options.tls = tls; });
  Socks5App app(client.endpoint());
  const auto reply = app.request(socks5::Command::connect, TcpListener().endpoint()).reply;
  EXPECT_TRUE(reply == socks5::Reply::succeeded || reply == socks5::Reply::general_failure);
  return reply == socks5::Reply::succeeded;
}

// A request that the server rejects: on the way to its end the client reads the tickets.
void finish(const TlsConnection& connection) {
  connection.send(Bytes{9});
  EXPECT_EQ(connection.await_end(), TlsConnection::End::close_notify);
}

TEST(TlsVerification, APinDecidesAlone) {
  const Server server;
  ClientTls tls = pinned(server);
  tls.server_name = "another.test";
  EXPECT_TRUE(is_accepted(server, tls));
  tls.pin->front() ^= 1;
  EXPECT_FALSE(is_accepted(server, tls));
  tls.ca = server.files().certificate;
  tls.server_name = "proxy.test";
  EXPECT_FALSE(is_accepted(server, tls));
}

TEST(TlsVerification, AWrongPinCountsWithVerificationOff) {
  const Server server;
  ClientTls tls = pinned(server);
  tls.verify = false;
  tls.pin->front() ^= 1;
  EXPECT_FALSE(is_accepted(server, tls));
}

TEST(TlsVerification, ChainAndNameAreVerified) {
  const Server server, other;
  ClientTls tls;
  tls.server_name = "proxy.test";
  tls.ca = server.files().certificate;
  EXPECT_TRUE(is_accepted(server, tls));
  tls.server_name = "another.test";
  EXPECT_FALSE(is_accepted(server, tls));
  tls.server_name.clear();  // the address that is dialled
  EXPECT_TRUE(is_accepted(server, tls));
  tls.server_name = "127.0.0.2";
  EXPECT_FALSE(is_accepted(server, tls));
  tls.server_name = "proxy.test";
  tls.ca = other.files().certificate;
  EXPECT_FALSE(is_accepted(server, tls));
  tls.ca.reset();  // the system's do not know it
  EXPECT_FALSE(is_accepted(server, tls));
  tls.verify = false;
  EXPECT_TRUE(is_accepted(server, tls));
}

TEST(TlsVersions, OneDotTwoIsTakenAndOneDotOneIsNot) {
  const Server server;
  const auto connect = [&](int version) {
    const SslContextPtr context(SSL_CTX_new(TLS_client_method()));
    SSL_CTX_set_security_level(context.get(), 0);
    SSL_CTX_set_min_proto_version(context.get(), version);
    SSL_CTX_set_max_proto_version(context.get(), version);
    const TlsConnection connection(server.endpoint(), context.get());
    EXPECT_EQ(SSL_version(connection.ssl()), version);
    finish(connection);
  };
  connect(TLS1_3_VERSION);
  connect(TLS1_2_VERSION);
  EXPECT_THROW(connect(TLS1_1_VERSION), std::runtime_error);
}

TEST(TlsResumption, TicketsAreGoodOnEveryThreadAndUsedOnce) {
  const Server server([](ServerOptions& options) { options.threads = 2; });
  TlsClientContext context(pinned(server), "127.0.0.1");
  const TlsConnection first(server.endpoint(), context);
  EXPECT_FALSE(first.resumed());
  finish(first);
  for (int i = 0; i < 20; ++i) {
    const TlsConnection next(server.endpoint(), context);
    EXPECT_TRUE(next.resumed());
    finish(next);
  }
}

TEST(TlsResumption, OneDotTwoResumesToo) {
  const Server server;
  TlsClientContext context(pinned(server), "127.0.0.1");
  const auto connect = [&] {
    const TcpConnection tcp(server.endpoint());
    const SslPtr ssl = context.connect();
    SSL_set_fd(ssl.get(), tcp.fd());
    SSL_set_max_proto_version(ssl.get(), TLS1_2_VERSION);
    EXPECT_EQ(SSL_do_handshake(ssl.get()), 1);
    EXPECT_EQ(SSL_version(ssl.get()), TLS1_2_VERSION);
    return SSL_session_reused(ssl.get()) == 1;
  };
  EXPECT_FALSE(connect());
  EXPECT_TRUE(connect());
  EXPECT_TRUE(connect());
}

struct TlsReload : ::testing::Test {
  bool shows(const Certificate& certificate) const {
    TlsClientContext context(unverified(), "127.0.0.1");
    const TlsConnection connection(server.endpoint(), context);
    return certificate.same_as(SSL_get0_peer_certificate(connection.ssl()));
  }

  Server server;
};

TEST_F(TlsReload, NewHandshakesSeeTheNewCertificateAndRunningConnectionsGoOn) {
  const Client client(server);
  const TcpListener target;
  Socks5App app(client.endpoint());
  const auto& near = app.connect(target.endpoint());
  const auto far = target.accept();
  const Certificate renewed("DNS:proxy.test");
  renewed.write(server.files().certificate, server.files().private_key);
  EXPECT_TRUE(shows(server.certificate));

  server.runner->reload_certificate();
  EXPECT_TRUE(shows(renewed));
  near.send(as_bytes("still here"));
  EXPECT_EQ(as_text(far.receive_exactly(10)), "still here");
}

TEST_F(TlsReload, FilesThatCannotBeUsedChangeNothing) {
  const std::string file = server.files().certificate.string();
  std::ofstream(file) << "not a certificate";
  EXPECT_THAT([&] { server.runner->reload_certificate(); },
              ThrowsMessage<std::runtime_error>(HasSubstr(file)));
  EXPECT_TRUE(shows(server.certificate));

  Certificate("DNS:proxy.test").write(file, server.folder.path() / "unused");
  EXPECT_THAT([&] { server.runner->reload_certificate(); },
              ThrowsMessage<std::runtime_error>(HasSubstr(server.files().private_key.string())));
  EXPECT_TRUE(shows(server.certificate));
}

TEST(TlsKeyUpdate, IsAnsweredBetweenOctetsInBothDirections) {
  const Server server;
  const TcpListener target;
  TlsClientContext context(pinned(server), "127.0.0.1");
  const TlsConnection connection(server.endpoint(), context);
  RequestHeader header;
  header.user = kUser;
  header.destination = target.endpoint();
  connection.request(header);
  const auto far = target.accept();
  for (int i = 0; i < 10; ++i) {
    ASSERT_EQ(SSL_key_update(connection.ssl(), SSL_KEY_UPDATE_REQUESTED), 1);
    connection.send(as_bytes("ping"));
    EXPECT_EQ(as_text(far.receive_exactly(4)), "ping");
    far.send(as_bytes("pong"));
    EXPECT_EQ(as_text(connection.receive_exactly(4)), "pong");
  }
}

// RFC 6066 section 4: OpenSSL grants it by itself.
TEST(TlsFragments, AreAsShortAsTheClientWants) {
  const Server server;
  const TcpListener target;
  const SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_tlsext_max_fragment_length(context.get(), TLSEXT_max_fragment_length_1024);
  const TlsConnection connection(server.endpoint(), context.get());
  RequestHeader header;
  header.user = kUser;
  header.destination = target.endpoint();
  connection.request(header);
  const auto far = target.accept();
  far.send(Bytes(10'000, 'x'));
  EXPECT_EQ(connection.receive_exactly(10'000), Bytes(10'000, 'x'));
}

TEST(TlsContext, RecordsAreNotTheKernelsWhateverOpensslCnfSays) {
  const TemporaryFolder folder;
  const std::string file = folder.path() / "openssl.cnf";
  std::ofstream(file) << "openssl_conf = all\n[all]\nssl_conf = ssl\n"
                         "[ssl]\nsystem_default = tls\n[tls]\nOptions = KTLS\n";
  ASSERT_EQ(CONF_modules_load_file(file.c_str(), nullptr, 0), 1);
  const SslContextPtr plain(SSL_CTX_new(TLS_method()));
  const SslContextPtr ours = make_tls_context(TLS_method());
  CONF_modules_finish();
  EXPECT_NE(SSL_CTX_get_options(plain.get()) & SSL_OP_ENABLE_KTLS, 0u);
  EXPECT_EQ(SSL_CTX_get_options(ours.get()) & SSL_OP_ENABLE_KTLS, 0u);
}

TEST(TlsAlpn, TheServersFirstCommonChoice) {
  const Server server([](ServerOptions& options) { options.tls.alpn = {"h2", "http/1.1"}; });
  const auto chosen = [&](std::vector<std::string> offered) {
    TlsClientContext context(unverified(std::move(offered)), "127.0.0.1");
    const TlsConnection connection(server.endpoint(), context);
    const unsigned char* name = nullptr;
    unsigned int size = 0;
    SSL_get0_alpn_selected(connection.ssl(), &name, &size);
    return std::string(as_text({name, size}));
  };
  EXPECT_EQ(chosen({"http/1.1", "h2"}), "h2");
  EXPECT_EQ(chosen({"http/1.1"}), "http/1.1");
  EXPECT_EQ(chosen({}), "");
  EXPECT_THROW(chosen({"smtp"}), std::runtime_error);
  EXPECT_THROW(encode_alpn(std::vector<std::string>{""}), std::runtime_error);
  EXPECT_THROW(encode_alpn(std::vector<std::string>{std::string(256, 'x')}), std::runtime_error);
}

TEST(TlsHandshake, SilenceAndNoiseAreBoundedInTime) {
  const Server server([](ServerOptions& options) {
    options.settings.limits.header_timeout = std::chrono::milliseconds(100);
  });
  const TcpConnection silent(server.endpoint());
  const TcpConnection noisy(server.endpoint());
  noisy.send(as_bytes("GET / HTTP/1.1\r\n\r\n"));
  silent.receive_to_end();
  noisy.receive_to_end();
  TlsClientContext context(pinned(server), "127.0.0.1");
  const TlsConnection no_header(server.endpoint(), context);
  EXPECT_EQ(no_header.await_end(), TlsConnection::End::close_notify);
}

TEST(TlsHandshake, ConnectionsThatAreNotUpAreBounded) {
  const Server server(
      [](ServerOptions& options) { options.settings.limits.unauthenticated_connections = 2; });
  const TcpConnection first(server.endpoint());
  const TcpConnection second(server.endpoint());
  const TcpConnection third(server.endpoint());
  EXPECT_TRUE(third.receive_to_end().empty());
}

}  // namespace
}  // namespace fullcone::testing
