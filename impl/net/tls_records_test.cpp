// Our records beside OpenSSL's: whoever shook hands with OpenSSL goes on with us, as client and as
// server, with every suite; what breaks the protocol is answered with an alert.
#include "net/tls_records.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <optional>
#include <tuple>

#include "net/testing/proxy.hpp"
#include "net/testing/sockets.hpp"
#include "net/testing/tls_connection.hpp"
#include "net/tls_client_context.hpp"
#include "net/tls_server_context.hpp"

namespace fullcone::testing {
namespace {

using Status = Transport::Status;

// `near` is ours and `far` is OpenSSL's, on a pair of sockets that do not wait.
struct TlsRecordsBeside : ::testing::TestWithParam<std::tuple<bool, const char*>> {
  static bool we_serve() { return std::get<0>(GetParam()); }

  TlsRecordsBeside() {
    std::tie(near_fd, far_fd) = socket_pair();
    SslPtr ours = we_serve() ? served.accept() : client.connect();
    far = we_serve() ? client.connect() : served.accept();
    TlsHandshakeSecrets secrets;
    secrets.watch(ours.get());
    SSL_set_fd(ours.get(), near_fd.get());
    SSL_set_fd(far.get(), far_fd.get());
    for (SSL* const ssl : {ours.get(), far.get()}) {
      SSL_set_ciphersuites(ssl, std::get<1>(GetParam()));
    }
    for (int turn = 0; turn < 4; ++turn) {
      SSL_do_handshake(ours.get());
      SSL_do_handshake(far.get());
    }
    TlsHandshakeSecrets::forget(ours.get());
    suite = secrets.suite(ours.get());
    if (suite == nullptr) throw std::runtime_error("no TLS 1.3");
    const std::uint64_t tickets = we_serve() ? 0 : 2;
    far_sealer.emplace(TlsRecordCipher::Direction::seal, *suite,
                       we_serve() ? secrets.client() : secrets.server(), tickets);
    near.emplace(std::move(ours), *suite, secrets, near_fd.get(), kRecordsPerKey);
  }

  // What comes from the far end until nothing waits, and how that ended.
  std::pair<Status, std::string> read() {
    std::string text;
    Bytes room(Transport::kLeastRoom);
    for (;;) {
      const auto [status, octets] = near->read(room);
      text += as_text(ByteView(room).first(octets));
      if (status != Status::done) return {status, text};
    }
  }
  std::string far_reads() const {
    std::string text(100'000, ' ');
    std::size_t octets = 0, all = 0;
    while (SSL_read_ex(far.get(), text.data() + all, text.size() - all, &octets) == 1) {
      all += octets;
    }
    text.resize(all);
    return text;
  }
  void far_writes(const std::string& text) const {
    std::size_t octets = 0;
    EXPECT_EQ(SSL_write_ex(far.get(), text.data(), text.size(), &octets), 1);
  }
  // The alert that the far end has got; empty: none.
  std::string far_alert() const {
    ERR_clear_error();
    char none = 0;
    std::size_t octets = 0;
    const int returned = SSL_read_ex(far.get(), &none, 1, &octets);
    return SSL_get_error(far.get(), returned) == SSL_ERROR_SSL ? take_openssl_error() : "";
  }
  void far_sends_raw(ByteView octets) const {
    ASSERT_EQ(::send(far_fd.get(), octets.data(), octets.size(), 0),
              static_cast<ssize_t>(octets.size()));
  }

  // What OpenSSL would not say.
  void far_seals(TlsContent type, ByteView content) {
    Bytes record(content.size() + tls_record::kOverhead);
    far_sealer->seal(type, content, record.data());
    far_sends_raw(record);
  }
  void expect_refusal(const std::string& alert) {
    EXPECT_EQ(read(), std::pair(Status::failed, std::string()));
    EXPECT_THAT(far_alert(), ::testing::HasSubstr(alert));
    EXPECT_EQ(near->write(as_bytes("from us")).status, Status::failed);
  }

  static constexpr std::uint64_t kRecordsPerKey = 50;
  Server server;
  TlsServerContext served{server.files()};
  TlsClientContext client{unverified(), "127.0.0.1"};
  UniqueFd near_fd, far_fd;
  const TlsSuite* suite = nullptr;
  std::optional<TlsRecordCipher> far_sealer;
  std::optional<TlsRecords> near;
  SslPtr far;
};
INSTANTIATE_TEST_SUITE_P(Openssl, TlsRecordsBeside,
                         ::testing::Combine(::testing::Bool(),
                                            ::testing::Values("TLS_AES_128_GCM_SHA256",
                                                              "TLS_AES_256_GCM_SHA384",
                                                              "TLS_CHACHA20_POLY1305_SHA256")));

TEST_P(TlsRecordsBeside, OctetsGoBothWays) {
  EXPECT_EQ(near->write(as_bytes("from us")).octets, 7u);
  EXPECT_EQ(far_reads(), "from us");
  far_writes("to us");
  EXPECT_EQ(read(), std::pair(Status::wants_read, std::string("to us")));
  far_writes("again");
  far_writes("");
  far_writes("and again");
  EXPECT_EQ(read().second, "againand again");
}

TEST_P(TlsRecordsBeside, APaddedRecordIsItsContent) {
  SSL_set_block_padding(far.get(), 512);
  far_writes("to us");
  EXPECT_EQ(read(), std::pair(Status::wants_read, std::string("to us")));
}

TEST_P(TlsRecordsBeside, ARecordThatComesOctetByOctetIsReadWhenItIsWhole) {
  BIO* const wire = BIO_new(BIO_s_mem());
  SSL_set0_wbio(far.get(), wire);
  far_writes(std::string(300, 'x'));
  char* octets = nullptr;
  const long size = BIO_get_mem_data(wire, &octets);
  ASSERT_GT(size, 300);
  read();  // what the handshake has left
  for (long i = 0; i < size; ++i) {
    far_sends_raw(as_bytes({octets + i, 1}));
    const auto [status, text] = read();
    EXPECT_EQ(status, Status::wants_read);
    EXPECT_EQ(text.size(), i + 1 < size ? 0u : 300u);
  }
}

TEST_P(TlsRecordsBeside, TheFarEndsKeyUpdatesAreFollowedAndAnswered) {
  for (int i = 0; i < 5; ++i) {
    for (const int request : {SSL_KEY_UPDATE_REQUESTED, SSL_KEY_UPDATE_NOT_REQUESTED}) {
      ASSERT_EQ(SSL_key_update(far.get(), request), 1);
      far_writes("to us");
      EXPECT_EQ(read().second, "to us");
      EXPECT_EQ(near->write(as_bytes("from us")).octets, 7u);
      EXPECT_EQ(far_reads(), "from us");
    }
  }
}

// Many records of one write, too, and the KeyUpdate is itself one of the old key's.
TEST_P(TlsRecordsBeside, OurKeyChangesBeforeItHasProtectedTooMuch) {
  struct Seen {
    std::uint64_t records = 0, most = 0, updates = 0;
  } seen;
  SSL_set_msg_callback_arg(far.get(), &seen);
  SSL_set_msg_callback(far.get(), [](int sent, int, int type, const void* octets, std::size_t, SSL*,
                                     void* argument) {
    auto& [records, most, updates] = *static_cast<Seen*>(argument);
    if (sent == 0 && type == SSL3_RT_HEADER) most = std::max(most, ++records);
    if (sent == 0 && type == SSL3_RT_HANDSHAKE &&
        *static_cast<const std::uint8_t*>(octets) == SSL3_MT_KEY_UPDATE) {
      records = 0;
      ++updates;
    }
  });
  const Bytes three(3 * tls_record::kMostContent, 'x');
  for (std::uint64_t i = 0; i < 5 * kRecordsPerKey; i += 3) {
    ASSERT_EQ(near->write(three).octets, three.size());
    ASSERT_EQ(far_reads().size(), three.size()) << i;
  }
  EXPECT_GE(seen.updates, 5u);
  EXPECT_LE(seen.most, kRecordsPerKey);
}

TEST_P(TlsRecordsBeside, TheEndIsBehindWhatWasSaid) {
  far_writes("to us");
  SSL_shutdown(far.get());
  EXPECT_EQ(read(), std::pair(Status::ended, std::string("to us")));
  EXPECT_EQ(near->write(as_bytes("from us")).octets, 7u);
  EXPECT_EQ(near->send_end(), Status::done);
  EXPECT_EQ(near->send_end(), Status::done);
  EXPECT_EQ(far_reads(), "from us");
  EXPECT_EQ(SSL_shutdown(far.get()), 1);
}

TEST_P(TlsRecordsBeside, ACutIsNoEnd) {
  far_writes("to us");
  far_fd = {};
  EXPECT_EQ(read(), std::pair(Status::wants_read, std::string("to us")));
  EXPECT_EQ(read(), std::pair(Status::failed, std::string()));
}

TEST_P(TlsRecordsBeside, AForgedRecordEndsItWithAnAlert) {
  read();
  far_writes("to us");
  Bytes forged(60, 9);
  const Bytes header{23, 3, 3, 0, 55};
  std::copy(header.begin(), header.end(), forged.begin());
  far_sends_raw(forged);
  far_writes("too late");
  EXPECT_EQ(read(), std::pair(Status::failed, std::string("to us")));
  EXPECT_THAT(far_alert(), ::testing::HasSubstr("bad record mac"));
  EXPECT_EQ(read(), std::pair(Status::failed, std::string()));
}

TEST_P(TlsRecordsBeside, WhatIsNoRecordEndsItWithAnAlert) {
  read();
  far_sends_raw(Bytes{22, 3, 3, 0, 20});  // not protected
  EXPECT_EQ(read().first, Status::failed);
  EXPECT_THAT(far_alert(), ::testing::HasSubstr("unexpected message"));
}

TEST_P(TlsRecordsBeside, SoDoLengthsThatNoRecordHas) {
  for (const Bytes& header : {Bytes{23, 3, 3, 0x41, 1}, Bytes{23, 3, 3, 0, 16}}) {
    TlsRecordInput input(near_fd.get());
    far_sends_raw(header);
    input.read();
    while (input.next() && input.next()->size() > header.size()) input.drop(*input.next());
    EXPECT_FALSE(input.next());
  }
  TlsRecordInput input(near_fd.get());
  far_sends_raw(Bytes{23, 3, 3, 0x41, 0});
  input.read();
  ASSERT_TRUE(input.next());
  EXPECT_TRUE(input.next()->empty());
}

// RFC 8446 section 5.2.
TEST_P(TlsRecordsBeside, ARecordThatIsTooLongIsAnOverflow) {
  far_sends_raw(Bytes{23, 3, 3, 0x41, 1});
  expect_refusal("record overflow");
}

// Section 5.4.
TEST_P(TlsRecordsBeside, ARecordOfZerosIsUnexpected) {
  far_seals(TlsContent{}, Bytes(20));
  expect_refusal("unexpected message");
}

// Section 4.6.3.
TEST_P(TlsRecordsBeside, AKeyUpdateOfAnotherKindIsAnIllegalParameter) {
  far_seals(TlsContent::handshake, Bytes{24, 0, 0, 1, 2});
  expect_refusal("illegal parameter");
}

TEST_P(TlsRecordsBeside, AKeyUpdateOfAnotherLengthIsADecodeError) {
  far_seals(TlsContent::handshake, Bytes{24, 0, 0, 2});
  expect_refusal("decode error");
}

TEST_P(TlsRecordsBeside, SoIsAnAlertOfAnotherLength) {
  far_seals(TlsContent::alert, Bytes{1, 0, 1});
  expect_refusal("decode error");
}

// Section 5.1.
TEST_P(TlsRecordsBeside, NothingComesWithinAMessageOfTheHandshake) {
  far_seals(TlsContent::handshake, Bytes{24, 0, 0});
  far_seals(TlsContent::application_data, as_bytes("to us"));
  expect_refusal("unexpected message");
}

// Whoever changes keys without end keeps nobody waiting.
TEST_P(TlsRecordsBeside, AKeyUpdateEndsATurn) {
  read();
  constexpr int kUpdates = 20;
  for (int i = 0; i < kUpdates; ++i) {
    far_seals(TlsContent::handshake, Bytes{24, 0, 0, 1, 0});
    far_sealer->next_key();
  }
  far_seals(TlsContent::application_data, as_bytes("to us"));
  Bytes room(Transport::kLeastRoom);
  for (int i = 0; i < kUpdates; ++i) {
    const auto [status, octets] = near->read(room);
    ASSERT_EQ(status, Status::done);
    ASSERT_EQ(octets, 0u);
  }
  EXPECT_EQ(read().second, "to us");
}

TEST_P(TlsRecordsBeside, WhatFollowsTheEndIsIgnored) {
  far_seals(TlsContent::alert, Bytes{1, 0});
  far_seals(TlsContent::application_data, as_bytes("too late"));
  EXPECT_EQ(read(), std::pair(Status::ended, std::string()));
  EXPECT_EQ(read(), std::pair(Status::ended, std::string()));
}

TEST_P(TlsRecordsBeside, WhatTheSocketDoesNotTakeIsSentLater) {
  Bytes sent(400'000);
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<std::uint8_t>(i * i >> 7);
  std::string received;
  std::size_t taken = 0;
  int refusals = 0;
  while (taken < sent.size() || near->unsent() != 0) {
    const auto [status, octets] = near->write(ByteView(sent).subspan(taken));
    taken += octets;
    if (status == Status::wants_write) ++refusals;
    received += far_reads();
  }
  EXPECT_GT(refusals, 0);
  EXPECT_EQ(received + far_reads(), as_text(sent));
}

}  // namespace
}  // namespace fullcone::testing
