// The pieces that the drivers are made of, each on a socket of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "net/listener.hpp"
#include "net/out_queue.hpp"
#include "net/own_addresses.hpp"
#include "net/resolver.hpp"
#include "net/testing/proxy.hpp"
#include "net/testing/socks5_app.hpp"
#include "net/tls_session_cache.hpp"
#include "net/udp_socket.hpp"

namespace fullcone::testing {
namespace {

namespace asio = boost::asio;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

// Runs `context` until `done`.
template <class Done>
bool runs_until(asio::io_context& context, Done done) {
  context.restart();
  const auto working = asio::make_work_guard(context);
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (!done() && std::chrono::steady_clock::now() < give_up) {
    context.run_one_for(std::chrono::milliseconds(100));
  }
  return done();
}

TEST(OutQueue, GivesBackInOrderWhatWasAppended) {
  OutQueue queue;
  Bytes expected, taken, spare;
  for (std::uint8_t i = 0; i < 100; ++i) {
    const Bytes piece(std::size_t{7} * i, i);
    queue.append(piece, spare);
    append(expected, piece);
    const auto front = queue.view().first(std::min(queue.size(), std::size_t{5} * i));
    append(taken, front);
    queue.consume(front.size());
  }
  append(taken, queue.view());
  queue.consume(queue.size());
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(taken, expected);
}

TEST(OutQueue, ItsRoomGoesFromOneToTheNext) {
  OutQueue first, second;
  Bytes spare;
  const Bytes octets(10'000, 'x');
  first.append(octets, spare);
  const auto* const room = first.view().data();
  first.consume(octets.size());
  first.give_back(spare);
  second.append(octets, spare);
  EXPECT_EQ(second.view().data(), room);
  EXPECT_EQ(spare.capacity(), 0u);
  second.consume(octets.size());
  second.give_back(spare);
  first.append(Bytes(524'289, 'x'), spare);  // more than is kept
  first.clear();
  first.give_back(spare);
  EXPECT_EQ(spare.capacity(), 0u);
}

struct UdpSockets : ::testing::Test {
  std::shared_ptr<UdpSocket> open(UdpSocket::OnDatagrams on_datagrams) {
    auto socket = UdpSocket::open(context, batch, loopback(), std::move(on_datagrams));
    endpoint = socket->local();
    return socket;
  }

  asio::io_context context;
  DatagramBatch batch;
  UdpPeer peer;
  Endpoint endpoint;
};

TEST_F(UdpSockets, LargestDatagramBothWays) {
  const Bytes payload(65507, 0xa5);
  Bytes received;
  const auto socket = open([&](const DatagramBatch::Part& datagrams) {
    EXPECT_EQ(datagrams.source(0), peer.endpoint());
    received = to_bytes(datagrams.payload(0));
  });
  peer.send_to(endpoint, payload);
  EXPECT_TRUE(runs_until(context, [&] { return !received.empty(); }));
  EXPECT_EQ(received, payload);
  SendBatch sends;
  sends.add(peer.endpoint(), ByteView(payload).first(7), ByteView(payload).subspan(7));
  EXPECT_EQ(socket->send(sends), 0u);
  EXPECT_EQ(peer.receive().payload, payload);
  sends.add(peer.endpoint(), payload, Bytes{1});
  sends.add({peer.endpoint().ip, 0}, {}, payload);
  EXPECT_EQ(socket->send(sends), 2u);
}

TEST_F(UdpSockets, MoreThanABatchArrivesWholeAndInOrder) {
  std::vector<Bytes> received;
  const auto socket = open([&](const DatagramBatch::Part& datagrams) {
    EXPECT_LE(datagrams.size(), DatagramBatch::kMessages);  // each was sent alone
    for (std::size_t i = 0; i < datagrams.size(); ++i) {
      received.push_back(to_bytes(datagrams.payload(i)));
    }
  });
  for (std::uint8_t i = 0; i < 100; ++i) peer.send_to(endpoint, Bytes{i});
  EXPECT_TRUE(runs_until(context, [&] { return received.size() == 100; }));
  for (std::uint8_t i = 0; i < 100; ++i) EXPECT_EQ(received[i], Bytes{i});
}

TEST_F(UdpSockets, ABurstIsToldOfInPartsOfFewOctets) {
  constexpr std::size_t kDatagrams = 30, kSize = 5000;
  std::vector<std::uint8_t> order;
  std::vector<std::size_t> parts;
  const auto socket = open([&](const DatagramBatch::Part& datagrams) {
    parts.push_back(datagrams.size());
    for (std::size_t i = 0; i < datagrams.size(); ++i) {
      EXPECT_EQ(datagrams.source(i), peer.endpoint());
      EXPECT_EQ(datagrams.payload(i).size(), kSize);
      order.push_back(datagrams.payload(i)[0]);
    }
  });
  for (std::uint8_t i = 0; i < kDatagrams; ++i) peer.send_to(endpoint, Bytes(kSize, i));
  EXPECT_TRUE(runs_until(context, [&] { return order.size() == kDatagrams; }));
  EXPECT_TRUE(std::ranges::is_sorted(order));
  constexpr std::size_t kFull = (DatagramBatch::kPart + kSize - 1) / kSize;
  EXPECT_EQ(parts, (std::vector<std::size_t>{kFull, kFull, kFull, kFull, kDatagrams - 4 * kFull}));
}

TEST_F(UdpSockets, MayBeClosedByWhomItTells) {
  int parts = 0;
  std::shared_ptr<UdpSocket> socket;
  socket = open([&](const DatagramBatch::Part&) { ++parts, socket->close(); });
  for (int i = 0; i < 8; ++i) peer.send_to(endpoint, Bytes(20'000));
  context.run();
  EXPECT_EQ(parts, 1);
}

struct Names : ::testing::Test {
  std::vector<IpAddress> resolve(Resolver& resolver, const std::string& host) {
    std::optional<std::vector<IpAddress>> answer;
    resolver.resolve(host, asker, 10s, context,
                     [&](std::vector<IpAddress> found) { answer = found; });
    EXPECT_TRUE(runs_until(context, [&] { return answer.has_value(); }));
    return answer.value_or(std::vector<IpAddress>{});
  }

  asio::io_context context;
  IpAddress asker = IpAddress::v4(192, 0, 2, 1);
};

TEST_F(Names, ThatNeverAnswerCostOnlyWhoAsksForThem) {
  std::promise<void> release;
  const auto released = release.get_future().share();
  Resolver resolver(2, 100, [released](const std::string& host) -> std::vector<IpAddress> {
    if (host == "slow") released.wait();
    return {loopback().ip};
  });
  int slow_answers = 0;
  for (int i = 0; i < 50; ++i) {
    resolver.resolve("slow", IpAddress::v4(192, 0, 2, 66), 10s, context,
                     [&](const std::vector<IpAddress>&) { ++slow_answers; });
  }
  for (int i = 0; i < 5; ++i) EXPECT_THAT(resolve(resolver, "quick"), Contains(loopback().ip));
  EXPECT_EQ(slow_answers, 0);
  release.set_value();
  EXPECT_TRUE(runs_until(context, [&] { return slow_answers == 50; }));
}

TEST_F(Names, AreNotLookedUpWhenItIsTooLate) {
  std::promise<void> release;
  const auto released = release.get_future().share();
  std::atomic<int> looked_up = 0;
  Resolver resolver(1, 100, [&looked_up, released](const std::string&) -> std::vector<IpAddress> {
    ++looked_up;
    released.wait();
    return {loopback().ip};
  });
  int answers = 0;
  const auto count = [&](const std::vector<IpAddress>&) { ++answers; };
  resolver.resolve("first", asker, 10s, context, count);
  resolver.resolve("late", asker, 0s, context, count);
  while (looked_up == 0) std::this_thread::yield();
  release.set_value();
  EXPECT_TRUE(runs_until(context, [&] { return answers == 2; }));
  EXPECT_EQ(looked_up, 1);
}

TEST_F(Names, AreResolvedOrNot) {
  Resolver resolver(2, 10);
  EXPECT_THAT(resolve(resolver, "localhost"), Contains(loopback().ip));
  EXPECT_THAT(resolve(resolver, "no-such-host.invalid"), IsEmpty());
  EXPECT_THAT(resolve(resolver, std::string("localhost\0.test", 15)), IsEmpty());
}

TEST_F(Names, TooManyQuestionsAreAnsweredWithNothing) {
  Resolver resolver(0, 0);
  EXPECT_THAT(resolve(resolver, "localhost"), IsEmpty());
}

TEST_F(Names, QuestionsThatAreOpenAtTheEndAreNeverAnswered) {
  {
    Resolver resolver(2, 100);
    for (int i = 0; i < 100; ++i) {
      resolver.resolve("localhost", asker, 10s, context, [](const std::vector<IpAddress>&) {});
    }
  }
  context.run();  // what was answered before; nothing comes after
}

TEST(OwnEndpoints, OfTheAnyAddressAreThoseOfEachInterface) {
  EXPECT_THAT(own_endpoints(loopback(443)), ElementsAre(loopback(443)));
  const auto all = own_endpoints({IpAddress(), 443});
  EXPECT_THAT(all, Contains(loopback(443)));
  EXPECT_THAT(all, Each(::testing::Field(&Endpoint::port, 443)));
}

TEST(Listeners, WaitForADescriptorWithoutSpinning) {
  asio::io_context context;
  auto sockets = listen_tcp(loopback(), 1);
  const Endpoint endpoint = local_endpoint(sockets.front().get());
  std::vector<UniqueFd> accepted;
  Listener listener(context, std::move(sockets.front()),
                    [&](UniqueFd fd) { accepted.push_back(std::move(fd)); });
  listener.start();
  const TcpConnection first(endpoint);
  EXPECT_TRUE(runs_until(context, [&] { return accepted.size() == 1; }));

  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const TcpConnection second(endpoint);
  rlimit none = before;
  none.rlim_cur = 0;
  ::setrlimit(RLIMIT_NOFILE, &none);
  std::size_t turns = 0;
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
  while (std::chrono::steady_clock::now() < until) {
    turns += context.run_one_for(std::chrono::milliseconds(10));
  }
  ::setrlimit(RLIMIT_NOFILE, &before);
  EXPECT_LT(turns, 10u);
  EXPECT_EQ(accepted.size(), 1u);
  EXPECT_TRUE(runs_until(context, [&] { return accepted.size() == 2; }));
  listener.close();
}

// The options of each of this process's connections that ends or begins at `port`.
std::vector<int> options_at(std::uint16_t port, int level, int option) {
  std::vector<int> values;
  for (int fd = 0; fd < 1024; ++fd) {
    if (remote_endpoint(fd).port == 0) continue;
    if (local_endpoint(fd).port != port && remote_endpoint(fd).port != port) continue;
    int value = -1;
    socklen_t size = sizeof value;
    ::getsockopt(fd, level, option, &value, &size);
    values.push_back(value);
  }
  return values;
}

// CRUM-11: CRUMFURS and channels are probed and bounded; a TCP tunnel may stand still for ever.
TEST(KeepAlives, AreSetOnBothEndsOfEveryTlsConnection) {
  const Server server;
  const Client client(server);
  const std::uint16_t port = server.endpoint().port;
  const Socks5Association association(client.endpoint());
  const UdpPeer peer;
  association.send_to(peer.endpoint(), as_bytes("hi"));
  peer.receive();
  const KeepAlive expected;
  const int dead_after = static_cast<int>(expected.dead_after().count()) * 1000;
  EXPECT_THAT(options_at(port, IPPROTO_TCP, TCP_USER_TIMEOUT),
              ElementsAre(dead_after, dead_after, dead_after, dead_after));

  const TcpListener target;
  Socks5App app(client.endpoint());
  app.connect(target.endpoint());
  const auto far = target.accept();
  EXPECT_TRUE(eventually([&] {
    const auto values = options_at(port, IPPROTO_TCP, TCP_USER_TIMEOUT);
    return std::count(values.begin(), values.end(), 0) == 2;
  }));
  EXPECT_EQ(options_at(port, IPPROTO_TCP, TCP_USER_TIMEOUT).size(), 6u);
  EXPECT_THAT(options_at(port, SOL_SOCKET, SO_KEEPALIVE), Each(1));
  EXPECT_THAT(options_at(port, IPPROTO_TCP, TCP_NODELAY), Each(Not(0)));
  EXPECT_THAT(options_at(port, IPPROTO_TCP, TCP_KEEPIDLE), Each(30));
  EXPECT_THAT(options_at(port, IPPROTO_TCP, TCP_KEEPINTVL), Each(15));
  EXPECT_THAT(options_at(port, IPPROTO_TCP, TCP_KEEPCNT), Each(3));
}

}  // namespace
}  // namespace fullcone::testing
