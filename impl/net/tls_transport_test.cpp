// Two TLS transports on a pair of sockets, neither of them waiting: what one writes the other
// reads, however little the socket takes at a time.
#include "net/tls_transport.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <memory>
#include <tuple>

#include "net/testing/proxy.hpp"
#include "net/testing/sockets.hpp"
#include "net/testing/tls_connection.hpp"
#include "net/tls_client_context.hpp"
#include "net/tls_server_context.hpp"

namespace fullcone::testing {
namespace {

using Status = Transport::Status;

struct TlsTransports : ::testing::Test {
  TlsTransports() {
    std::tie(near_fd, far_fd) = socket_pair();
    near = std::make_unique<TlsTransport>(client.connect(), near_fd.get());
    far = std::make_unique<TlsTransport>(served.accept(), far_fd.get());
    for (int turn = 0; turn < 4; ++turn) {
      near_status = near->handshake();
      far_status = far->handshake();
    }
    Bytes ignored(Transport::kLeastRoom);
    EXPECT_EQ(near->read(ignored).status, Status::wants_read);  // takes the tickets
  }

  // Reads until nothing waits; appends to `received`.
  Status read_all(Bytes& received) const {
    Bytes room(100'000);
    for (;;) {
      const auto result = far->read(room);
      received.insert(received.end(), room.begin(),
                      room.begin() + static_cast<std::ptrdiff_t>(result.octets));
      if (result.status != Status::done) return result.status;
    }
  }

  Server server;
  TlsServerContext served{server.files()};
  TlsClientContext client{unverified(), "127.0.0.1"};
  UniqueFd near_fd, far_fd;
  std::unique_ptr<TlsTransport> near, far;
  Status near_status = Status::failed, far_status = Status::failed;
};

TEST_F(TlsTransports, WritesGoOnWhereTheSocketTookNoMore) {
  ASSERT_EQ(near_status, Status::done);
  ASSERT_EQ(far_status, Status::done);
  Bytes sent(3'000'001);
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<std::uint8_t>(i * i >> 7);
  Bytes received;
  ByteView rest = sent;
  int refusals = 0;
  while (!rest.empty() || near->unsent() != 0) {
    const auto result = near->write(rest);
    rest = rest.subspan(result.octets);
    if (result.status == Status::done) continue;
    ASSERT_EQ(result.status, Status::wants_write);
    ++refusals;
    ASSERT_EQ(read_all(received), Status::wants_read);
  }
  EXPECT_EQ(read_all(received), Status::wants_read);
  EXPECT_GT(refusals, 2);
  EXPECT_EQ(received, sent);
}

// The last octets that wait come with the news that no more do: nobody asks the socket in vain.
TEST_F(TlsTransports, AReadTellsThatItTookAll) {
  ASSERT_EQ(near->write(Bytes(40'000, 'x')).octets, 40'000u);
  Bytes room(100'000);
  const auto result = far->read(room);
  EXPECT_EQ(result.status, Status::wants_read);
  EXPECT_EQ(result.octets, 40'000u);
}

TEST_F(TlsTransports, AnEndBehindOctetsIsRead) {
  ASSERT_EQ(near->write(Bytes(10, 'x')).octets, 10u);
  ASSERT_EQ(near->send_end(), Status::done);
  Bytes received;
  Status status = read_all(received);
  if (status == Status::wants_read) status = read_all(received);
  EXPECT_EQ(status, Status::ended);
  EXPECT_EQ(received.size(), 10u);
}

}  // namespace
}  // namespace fullcone::testing
