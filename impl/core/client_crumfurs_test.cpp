// How the client keeps its CRUMFURS channel: CRUM-2..4 and CRUM-8 where the server or the link
// fails.
#include <gtest/gtest.h>

#include "core/testing/client_script.hpp"

namespace fullcone {
namespace {

constexpr ConnectionId kCrumfurs{1}, kChannel{2};

class ClientCrumfursTest : public testing::Test {
 protected:
  void TearDown() override {
    client.closes_all();
    client.expect_nothing_left();
  }
  void establish() {
    client.open_crumfurs(app, kA);
    client.connects(kChannel);
  }
  // How long until the client dials again by itself, and the dial.
  Duration until_redialled() {
    const TimePoint since = client.now();
    const auto before = client.dialled();
    for (int i = 0; i < 100 && client.dialled() == before && client.core().next_deadline(); ++i) {
      client.wait(std::max(*client.core().next_deadline() - client.now(), Duration::zero()));
    }
    EXPECT_NE(client.dialled(), before);
    return client.now() - since;
  }

  ClientScript client;
  LocalId app = client.associate();
};

TEST_F(ClientCrumfursTest, AnotherAnswerIsAFailure) {  // CRUM-2, CRUM-4
  client.app_sends_to(app, kA, "hi");
  client.connects(kCrumfurs);
  client.server_sends(kCrumfurs, Bytes{0x15}).expect(close_server(kCrumfurs, CloseKind::abort));
  EXPECT_LE(until_redialled(), 100ms);
  client.connects(client.dialled());
  client.server_sends(client.dialled(), kEstablished);
  client.connects(client.dialled());
  EXPECT_EQ(client.counters().sent_on_channel, 1u);  // it waited
}

TEST_F(ClientCrumfursTest, SoIsAMessageThatIsNone) {  // CRUM-3
  establish();
  client.server_sends(kCrumfurs, umfurs(kB, "good") + Bytes{0, 7, 1, 1, 1, 1, 1, 0, 9} + "more")
      .expect(send_to_app(app, kAppSocket, socks_datagram(kB, "good")),
              close_server(kCrumfurs, CloseKind::abort));
  EXPECT_LE(until_redialled(), 100ms);
  EXPECT_EQ(client.counters().crumfurs_lost, 1u);
}

TEST_F(ClientCrumfursTest, NoAnswerInTimeIsAFailure) {  // CRUM-4
  client.app_sends_to(app, kA, "hi");
  client.connects(kCrumfurs);
  client.wait(9999ms).expect_silence();
  client.wait(1ms).expect(close_server(kCrumfurs, CloseKind::abort));
  EXPECT_LE(until_redialled(), 100ms);
}

// ----- cut

TEST_F(ClientCrumfursTest, IsRedialledByItselfWhenCut) {  // CRUM-8
  establish();
  const auto session = client.session_of(kCrumfurs);
  client.server_is_cut(kCrumfurs).expect_silence();
  client.app_sends_to(app, kA, "on").expect(write_server(kChannel, frame("on")));  // it stays
  const auto pause = until_redialled();
  EXPECT_GE(pause, 50ms);
  EXPECT_LE(pause, 100ms);
  const auto second = client.dialled();
  client.connects(second).expect(write_server(second, crumfurs_request(session)));
  client.server_sends(second, kEstablished + umfurs(kB, "waited"))
      .expect(send_to_app(app, kAppSocket, socks_datagram(kB, "waited")));
}

TEST_F(ClientCrumfursTest, HalfAMessageOfTheCutOneIsForgotten) {  // CRUM-3
  establish();
  client.server_sends(kCrumfurs, Bytes{0, 50, 1});
  client.server_is_cut(kCrumfurs);
  until_redialled();
  const auto second = client.dialled();
  client.connects(second);
  client.server_sends(second, kEstablished + umfurs(kB, "whole"))
      .expect(send_to_app(app, kAppSocket, socks_datagram(kB, "whole")));
}

TEST_F(ClientCrumfursTest, NoUdpRequestWhileItIsCut) {  // CRUM-4
  establish();
  client.server_is_cut(kCrumfurs);
  client.app_sends_to(app, kB, "new").expect_silence();
  until_redialled();
  const auto second = client.dialled();
  client.connects(second);
  client.server_sends(second, kEstablished);
  const auto channel = client.dialled();
  client.expect(connect(channel));
  client.connects(channel).expect(
      write_server(channel, udp_request(kB, client.session_of(second)) + frame("new")));
}

TEST_F(ClientCrumfursTest, NorOnAConnectionThatComesUpMeanwhile) {  // CRUM-4
  client.open_crumfurs(app, kA);
  client.server_is_cut(kCrumfurs);
  client.connects(kChannel).expect(close_server(kChannel));  // a request would be refused
  EXPECT_TRUE(client.written(kChannel).empty());
  until_redialled();
  const auto second = client.dialled();
  client.connects(second);
  client.server_sends(second, kEstablished);
  const auto channel = client.dialled();
  client.expect(connect(channel));
  client.connects(channel).expect(
      write_server(channel, udp_request(kA, client.session_of(second)) + frame("hi")));
}

TEST_F(ClientCrumfursTest, AServerThatIsDownIsDialledLessAndLessOften) {
  client.app_sends_to(app, kA, "hi");
  Duration most = 100ms;
  for (int i = 0; i < 12; ++i) {
    client.fails(client.dialled()).expect_silence();
    const auto pause = until_redialled();
    EXPECT_GE(pause, most / 2) << i;
    EXPECT_LE(pause, most) << i;
    most = std::min<Duration>(most * 2, 10s);
  }
  EXPECT_EQ(most, Duration(10s));
}

TEST_F(ClientCrumfursTest, OneThatLivedLongBeginsAfresh) {
  client.app_sends_to(app, kA, "hi");
  for (int i = 0; i < 8; ++i) {
    client.fails(client.dialled());
    until_redialled();
  }
  const auto crumfurs = client.dialled();
  client.connects(crumfurs);
  client.server_sends(crumfurs, kEstablished);
  client.wait(10s);
  client.server_is_cut(crumfurs);
  EXPECT_LE(until_redialled(), 100ms);
}

TEST_F(ClientCrumfursTest, OneThatIsCutAgainAndAgainDoesNot) {
  establish();
  Duration last{};
  auto crumfurs = kCrumfurs;
  for (int i = 0; i < 8; ++i) {
    client.server_is_cut(crumfurs);
    last = until_redialled();
    crumfurs = client.dialled();
    client.connects(crumfurs);
    client.server_sends(crumfurs, kEstablished);
  }
  EXPECT_GE(last, 5s);
}

// ----- ended by the server

TEST_F(ClientCrumfursTest, EndedByTheServerItWaitsForTheApp) {  // CRUM-8
  establish();
  client.server_ends(kCrumfurs).expect(close_server(kCrumfurs));
  client.server_ends(kChannel).expect(close_server(kChannel));
  client.wait(1h).expect_silence();
  client.app_sends_to(app, kB, "again");
  const auto second = client.dialled();
  client.expect(connect(second));
}

TEST_F(ClientCrumfursTest, AndAnOpenChannelNeedsNone) {  // CRUM-8: before the next UDP request
  establish();
  client.server_ends(kCrumfurs);
  client.wait(1s);
  client.app_sends_to(app, kA, "on").expect(write_server(kChannel, frame("on")));
  client.wait(1h).expect(close_server(kChannel));
  client.app_sends_to(app, kA, "again");
  client.expect(connect(client.dialled()));
}

TEST_F(ClientCrumfursTest, AndForThePause) {  // CRUM-8
  establish();
  client.server_ends(kCrumfurs);
  client.app_sends_to(app, kB, "at once").expect_silence();
  const auto pause = until_redialled();
  EXPECT_GE(pause, 50ms);
  EXPECT_LE(pause, 100ms);
}

TEST_F(ClientCrumfursTest, TwoDevicesDoNotEvictEachOtherInALoop) {  // CRUM-8: never a storm
  int dials = 0;
  for (int i = 0; i < 6000; ++i) {  // a minute of an app that sends all the time
    const auto before = client.dialled();
    client.app_sends_to(app, kA, "x");
    client.wait(10ms);
    if (client.dialled() == before) continue;
    ++dials;
    const auto crumfurs = client.dialled();
    client.connects(crumfurs);
    client.server_sends(crumfurs, kEstablished);
    const auto channel = client.dialled();
    client.server_ends(crumfurs).expect(close_server(crumfurs));
    if (client.contract().has(channel)) client.server_ends(channel);
  }
  EXPECT_GE(dials, 10);
  EXPECT_LE(dials, 25);
}

TEST_F(ClientCrumfursTest, IsNotRedialledForAnAppThatIsGone) {
  establish();
  client.server_is_cut(kCrumfurs);
  client.app_ends(app).expect(close_server(kChannel), close_relay(app), close_local(app));
  client.wait(1h).expect_silence();
}

}  // namespace
}  // namespace fullcone
