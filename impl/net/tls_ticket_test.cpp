// Session tickets on both sides of our records: OpenSSL has sent some before they are ours, and
// reads those that come once they are, however they are cut (RFC 8446 section 4.6.1).
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <optional>
#include <tuple>

#include "net/testing/proxy.hpp"
#include "net/testing/sockets.hpp"
#include "net/testing/tls_connection.hpp"
#include "net/tls_client_context.hpp"
#include "net/tls_records.hpp"
#include "net/tls_server_context.hpp"
#include "net/tls_transport.hpp"

namespace fullcone::testing {
namespace {

using Status = Transport::Status;

struct TlsTickets : ::testing::Test {
  TlsTickets() { std::tie(near_fd, far_fd) = socket_pair(); }
  void shake_hands(SSL* ours) const {
    SSL_set_fd(ours, near_fd.get());
    SSL_set_fd(far.get(), far_fd.get());
    for (int turn = 0; turn < 4; ++turn) {
      SSL_do_handshake(ours);
      SSL_do_handshake(far.get());
    }
  }

  Server server;
  TlsServerContext served{server.files()};
  TlsClientContext client{unverified(), "127.0.0.1"};
  UniqueFd near_fd, far_fd;
  SslPtr far;
};

// Each record's number is told apart from the rest: none is sealed twice under one.
TEST_F(TlsTickets, AsManyAsTheSocketDoesNotTakeAtOnceAreCounted) {
  constexpr int kTickets = 100, kSendBuffer = 4608;
  ::setsockopt(near_fd.get(), SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
  SslPtr ours = served.accept();
  SSL_set_num_tickets(ours.get(), kTickets);
  TlsTransport near(std::move(ours), near_fd.get());
  far = client.connect();
  SSL_set_fd(far.get(), far_fd.get());
  char text[3] = {};
  std::size_t octets = 0;
  int refusals = 0;
  for (Status status = Status::wants_read; status != Status::done;) {
    SSL_read_ex(far.get(), text, 1, &octets);
    status = near.handshake();
    ASSERT_TRUE(status != Status::failed && status != Status::ended) << near.failure();
    if (status == Status::wants_write) ++refusals;
  }
  EXPECT_GT(refusals, 2);
  while (near.write(near.unsent() == 0 ? as_bytes("all") : ByteView()).status != Status::done) {
    SSL_read_ex(far.get(), text, 1, &octets);
  }
  std::size_t all = 0;
  for (int turn = 0; turn < 10 && all < 3; ++turn) {
    if (SSL_read_ex(far.get(), text + all, 3 - all, &octets) == 1) all += octets;
  }
  EXPECT_EQ(std::string(text, all), "all");
}

// We are the client of an OpenSSL that leaves it to us to send its tickets.
struct TlsTicketsCut : TlsTickets {
  TlsTicketsCut() {
    far = served.accept();
    SSL_set_num_tickets(far.get(), 0);
    SslPtr ours = client.connect();
    TlsHandshakeSecrets secrets;
    secrets.watch(ours.get());
    shake_hands(ours.get());
    TlsHandshakeSecrets::forget(ours.get());
    const TlsSuite* const suite = secrets.suite(ours.get());
    if (suite == nullptr) throw std::runtime_error("no TLS 1.3");
    sealer.emplace(TlsRecordCipher::Direction::seal, *suite, secrets.server(), 0);
    near.emplace(std::move(ours), *suite, secrets, near_fd.get());
    make_tickets();
  }
  void make_tickets() {
    SSL_set0_wbio(far.get(), BIO_new(BIO_s_null()));
    SSL_set_msg_callback(far.get(), on_message);
    SSL_set_msg_callback_arg(far.get(), &tickets);
    SSL_new_session_ticket(far.get());
    SSL_new_session_ticket(far.get());
    SSL_do_handshake(far.get());
  }
  static void on_message(int sent, int, int type, const void* octets, std::size_t size, SSL*,
                         void* into) {
    if (sent == 0 || type != SSL3_RT_HANDSHAKE) return;
    append(*static_cast<Bytes*>(into), {static_cast<const std::uint8_t*>(octets), size});
  }
  void send(TlsContent type, ByteView content) {
    Bytes record(content.size() + tls_record::kOverhead);
    sealer->seal(type, content, record.data());
    ASSERT_GT(::send(far_fd.get(), record.data(), record.size(), 0), 0);
  }
  std::string read() {
    Bytes room(100'000);
    const auto [status, octets] = near->read(room);
    EXPECT_EQ(status, Status::wants_read);
    return std::string(as_text(ByteView(room).first(octets)));
  }
  // Sessions that the client has to offer.
  int sessions() {
    int count = 0;
    while (SSL_get0_session(client.connect().get()) != nullptr) ++count;
    return count;
  }

  Bytes tickets;  // the messages of two
  std::optional<TlsRecordCipher> sealer;
  std::optional<TlsRecords> near;
};

TEST_F(TlsTicketsCut, BothInOneRecordAreKept) {
  send(TlsContent::handshake, tickets);
  send(TlsContent::application_data, as_bytes("to us"));
  EXPECT_EQ(read(), "to us");
  EXPECT_EQ(sessions(), 2);
}

TEST_F(TlsTicketsCut, SoAreThoseThatComeInPieces) {
  for (ByteView rest = tickets; !rest.empty();) {
    const ByteView piece = rest.first(std::min<std::size_t>(rest.size(), 7));
    send(TlsContent::handshake, piece);
    EXPECT_EQ(read(), "");
    rest = rest.subspan(piece.size());
  }
  send(TlsContent::application_data, as_bytes("to us"));
  EXPECT_EQ(read(), "to us");
  EXPECT_EQ(sessions(), 2);
}

TEST_F(TlsTicketsCut, ThoseBehindOctetsAreSkipped) {
  send(TlsContent::application_data, as_bytes("to us"));
  send(TlsContent::handshake, tickets);
  send(TlsContent::application_data, as_bytes("again"));
  EXPECT_EQ(read(), "to usagain");
  EXPECT_EQ(sessions(), 0);
}

TEST_F(TlsTicketsCut, ThoseThatOpensslDoesNotTakeHarmNothing) {
  send(TlsContent::handshake, Bytes{4, 0, 0, 2, 0, 0});
  send(TlsContent::handshake, tickets);
  send(TlsContent::application_data, as_bytes("to us"));
  EXPECT_EQ(read(), "to us");
  EXPECT_EQ(sessions(), 0);
}

}  // namespace
}  // namespace fullcone::testing
