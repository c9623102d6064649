// How many connections a client keeps ready, for how long, and what it does when it cannot.
#include "core/ready_connections.hpp"

#include <gtest/gtest.h>

#include "core/testing/client_script.hpp"

namespace fullcone {
namespace {

ClientSettings ready_settings(std::size_t least = 2, std::size_t most = 8) {
  auto settings = alices_settings();
  settings.limits.ready_connections = least;
  settings.limits.ready_most = most;
  return settings;
}

class ReadyConnectionsTest : public testing::Test {
 protected:
  explicit ReadyConnectionsTest(const ClientSettings& settings = ready_settings())
      : client(settings) {}
  void TearDown() override {
    client.closes_all();
    client.expect_nothing_left();
  }

  // An app that asks for a TCP connection.
  LocalId ask() {
    const auto app = client.app_connects();
    client.app_sends(app, Bytes{5, 1, 0});
    client.app_sends(app, socks_request(socks5::Command::connect, kA));
    return app;
  }
  // What is dialled soon, to be kept ready.
  std::vector<ConnectionId> dials() {
    client.wait(ReadyConnections::kRefill);
    std::vector<ConnectionId> dialled;
    for (const auto& [id, connected] : client.contract().connections()) {
      if (!connected && !asked_for_.contains(id)) dialled.push_back(id);
    }
    return dialled;
  }
  // Connects all that are dialled; returns how many.
  std::size_t connect_all() {
    const auto dialled = dials();
    for (const auto id : dialled) client.connects(id);
    return dialled.size();
  }
  // The first request, which finds nothing ready.
  void wake() {
    ask();
    asked_for_.insert(client.dialled());
  }
  std::size_t kept() { return client.core().ready_connections(); }
  // How many it dials within `duration`, each being what `then` says.
  template <class Then>
  int count_dials(Duration duration, Then&& then) {
    const TimePoint end = client.now() + duration;
    int count = 0;
    while (client.now() < end) {
      for (const auto id : dials()) {
        ++count;
        then(id);
      }
      client.wait(10ms);
    }
    return count;
  }

  ClientScript client;
  std::set<ConnectionId> asked_for_;
};

TEST_F(ReadyConnectionsTest, NoneIsKeptBeforeTheFirstRequest) {
  client.associate();
  client.wait(1h).expect_silence();
  EXPECT_EQ(kept(), 0u);
}

TEST_F(ReadyConnectionsTest, TheFirstRequestLeavesBeforeTheyAreDialled) {
  const auto app = ask();
  client.expect(pause_local(app), connect(ConnectionId{1}));
  client.wait(ReadyConnections::kRefill).expect(connect(ConnectionId{2}), connect(ConnectionId{3}));
  EXPECT_EQ(client.counters().ready_missed, 1u);
}

TEST_F(ReadyConnectionsTest, ATunnelIsThroughAtOnce) {
  wake();
  connect_all();
  const auto app = ask();
  const ConnectionId taken{3};  // the youngest
  client.expect(pause_local(app), write_server(taken, tcp_request(kA)),
                write_local(app, socks_reply(socks5::Reply::succeeded)), splice(app, taken),
                resume_local(app));
  client.wait(ReadyConnections::kRefill).expect(connect(ConnectionId{4}));  // in its place
  EXPECT_EQ(client.counters().ready_taken, 1u);
}

TEST_F(ReadyConnectionsTest, SoIsADatagramToANewDestination) {
  const auto app = client.associate();
  client.open_crumfurs(app, kA);
  client.wait(ReadyConnections::kRefill);
  for (const auto& [id, connected] : std::map(client.contract().connections())) {
    if (!connected) client.connects(id);
  }
  client.app_sends_to(app, kB, "hi");
  const auto& orders = client.orders();
  ASSERT_EQ(orders.size(), 1u);
  const auto session = client.session_of(ConnectionId{1});
  EXPECT_EQ(client.counters().ready_taken, 1u);
  EXPECT_NE(orders.front().words.find(in_words(Octets(udp_request(kB, session) + frame("hi")))),
            std::string::npos);
}

TEST_F(ReadyConnectionsTest, SoIsCrumfurs) {  // CRUM-5: not before there is a datagram to send
  wake();
  connect_all();
  const auto app = client.associate();
  client.wait(ReadyConnections::kRefill).expect_silence();
  client.app_sends_to(app, kA, "hi");
  const ConnectionId taken{3};
  client.expect(write_server(taken, crumfurs_request(client.session_of(taken))));
  client.server_sends(taken, kEstablished);
  EXPECT_EQ(client.written(ConnectionId{2}),
            udp_request(kA, client.session_of(taken)) + frame("hi"));
}

TEST_F(ReadyConnectionsTest, OfV0TooItTakesOne) {
  ClientSettings settings = ready_settings();
  settings.version = 0;
  ClientScript v0(settings);
  const auto app = v0.associate();
  v0.app_sends_to(app, kA, "a").expect(connect(ConnectionId{1}));
  v0.wait(ReadyConnections::kRefill).expect(connect(ConnectionId{2}), connect(ConnectionId{3}));
  v0.connects(ConnectionId{3});
  v0.app_sends_to(app, kB, "b")
      .expect(write_server(ConnectionId{3}, v0_udp_request(kB) + frame("b")));
  v0.closes_all();
  v0.expect_nothing_left();
}

// ----- how many

TEST_F(ReadyConnectionsTest, RequestsThatFindNoneMakeThemMore) {
  wake();
  EXPECT_EQ(connect_all(), 2u);
  for (int i = 0; i < 5; ++i) {
    ask();
    if (i >= 2) asked_for_.insert(client.dialled());
  }
  EXPECT_EQ(connect_all(), 5u);
  EXPECT_EQ(kept(), 5u);
}

TEST_F(ReadyConnectionsTest, NeverMoreThanTheBound) {
  wake();
  for (int i = 0; i < 20; ++i) {
    ask();
    asked_for_.insert(client.dialled());
  }
  EXPECT_EQ(connect_all(), 8u);
  for (int i = 0; i < 300; ++i) {
    client.wait(100ms);
    connect_all();
    ASSERT_LE(kept(), 8u);
  }
}

TEST_F(ReadyConnectionsTest, WhatGrowsOldUnusedMakesThemFewer) {
  wake();
  for (int i = 0; i < 6; ++i) {
    ask();
    asked_for_.insert(client.dialled());
  }
  EXPECT_EQ(connect_all(), 8u);
  count_dials(20s, [&](ConnectionId id) { client.connects(id); });
  EXPECT_LE(kept(), 3u);
  EXPECT_GE(kept(), 2u);
}

TEST_F(ReadyConnectionsTest, AreBoundedOverAllShards) {
  const auto settings = ready_settings(2, 3);
  Client::Held held;
  Client one(settings, 1, held), other(settings, 2, held);
  ClientActions out;
  for (Client* const shard : {&one, &other}) {
    shard->on_local_accepted(LocalId{1}, kApp, kSocks, {}, out);
    shard->on_local_bytes(LocalId{1}, Bytes{5, 1, 0} + socks_request(socks5::Command::connect, kA),
                          {}, out);
    shard->on_deadline(TimePoint{} + ReadyConnections::kRefill, out);
  }
  EXPECT_EQ(one.ready_connections(), 2u);
  EXPECT_EQ(other.ready_connections(), 1u);
  EXPECT_EQ(held.ready.held(), 3u);
  EXPECT_GT(other.next_deadline(),
            TimePoint{} + ReadyConnections::kRefill);  // it waits for something to happen
  one.close_all(out);
  other.close_all(out);
  EXPECT_EQ(held.ready.held(), 0u);
}

// ----- how long

TEST_F(ReadyConnectionsTest, AreReplacedBeforeTheyAreOld) {
  wake();
  connect_all();
  std::map<ConnectionId, TimePoint> since;
  for (const TimePoint end = client.now() + 29s; client.now() < end; client.wait(10ms)) {
    for (const auto id : dials()) {
      client.connects(id);
      since[id] = client.now();
    }
    std::size_t ready = 0;
    for (const auto& [id, connected] : client.contract().connections()) {
      if (asked_for_.contains(id)) continue;
      ready += connected;
      ASSERT_TRUE(!since.contains(id) || client.now() - since[id] <= 6s);
    }
    ASSERT_GE(ready, 2u) << "there is a gap";
  }
}

TEST_F(ReadyConnectionsTest, OneWhoseSuccessorDoesNotComeEndsAtItsAge) {
  wake();
  connect_all();
  client.wait(5999ms);  // the successors are dialled, and still are
  EXPECT_EQ(kept(), 4u);
  client.wait(1ms).expect(close_server(ConnectionId{2}, CloseKind::abort),
                          close_server(ConnectionId{3}, CloseKind::abort));
  EXPECT_EQ(client.counters().ready_unused, 2u);
}

TEST_F(ReadyConnectionsTest, NoneIsKeptByAnIdleClient) {
  wake();
  connect_all();
  client.wait(20s);
  connect_all();
  ask();  // at 20 s, finds one
  EXPECT_EQ(count_dials(29'990ms, [&](ConnectionId id) { client.connects(id); }) > 10, true);
  client.wait(10ms);
  EXPECT_EQ(kept(), 0u);
  client.wait(1h).expect_silence();
}

// A server whose header timeout is shorter than it was thought to be.
TEST_F(ReadyConnectionsTest, AServerThatEndsThemSoonerIsBelieved) {
  wake();
  std::map<ConnectionId, TimePoint> since;
  const auto live = [&](Duration duration) {
    for (const TimePoint end = client.now() + duration; client.now() < end; client.wait(10ms)) {
      for (const auto id : dials()) {
        client.connects(id);
        since[id] = client.now();
      }
      for (const auto& [id, up_at] : since) {
        if (client.contract().has(id) && client.now() - up_at >= 3s) client.server_ends(id);
      }
    }
  };
  live(28s);
  EXPECT_LE(client.counters().ready_lost, 2u);
  EXPECT_GE(kept(), 2u);
}

// ----- failures

TEST_F(ReadyConnectionsTest, ADeadServerIsDialledLessAndLessOften) {
  wake();
  const int dialled = count_dials(29s, [&](ConnectionId id) { client.fails(id); });
  EXPECT_GE(dialled, 6);
  EXPECT_LE(dialled, 12);
}

TEST_F(ReadyConnectionsTest, SoIsOneThatHangsUpAtOnce) {
  wake();
  const int dialled = count_dials(29s, [&](ConnectionId id) {
    client.connects(id);
    if (client.contract().has(id)) client.server_is_cut(id);
  });
  EXPECT_GE(dialled, 6);
  EXPECT_LE(dialled, 14);
}

TEST_F(ReadyConnectionsTest, ARequestThatCannotBeDialledHoldsThemBackToo) {
  ask();
  client.fails(client.dialled());
  client.wait(ReadyConnections::kRefill).expect_silence();
  client.wait(100ms);
  EXPECT_EQ(client.orders(), Orders{connect(ConnectionId{2})});  // one, to see
}

TEST_F(ReadyConnectionsTest, ThatServesAgainTheyAreAsManyAsBefore) {
  wake();
  for (const auto id : dials()) client.fails(id);
  client.wait(100ms);
  EXPECT_EQ(connect_all(), 1u);
  ask();  // finds it
  EXPECT_EQ(connect_all(), 2u);
}

TEST_F(ReadyConnectionsTest, AServerThatSpeaksFirstIsCut) {
  wake();
  connect_all();
  client.server_sends(ConnectionId{2}, "220 mail.example\r\n")
      .expect(close_server(ConnectionId{2}, CloseKind::abort));
  client.server_ends(ConnectionId{3}).expect(close_server(ConnectionId{3}));
  EXPECT_EQ(client.counters().ready_lost, 2u);
}

TEST_F(ReadyConnectionsTest, AllGoWithTheClient) {
  wake();
  client.connects(dials().front());
  client.closes_all();
  client.expect_nothing_left();
}

}  // namespace
}  // namespace fullcone
