// A request on a ready connection that the server has ended meanwhile: made once more where nothing
// can come of it twice that must not, and never twice more.
#include <gtest/gtest.h>

#include "core/ready_connections.hpp"
#include "core/testing/client_script.hpp"

namespace fullcone {
namespace {

ClientSettings with_two_ready() {
  auto settings = alices_settings();
  settings.limits.ready_connections = 2;
  return settings;
}

class ClientRepeat : public testing::TestWithParam<bool> {  // cut, or ended
 protected:
  void TearDown() override {
    client.closes_all();
    client.expect_nothing_left();
  }
  // Connections 2 and 3 are ready; 1 was dialled for an app that is gone.
  void SetUp() override {
    const auto app = ask();
    client.wait(ReadyConnections::kRefill);
    client.connects(ConnectionId{2});
    client.connects(ConnectionId{3});
    client.app_is_cut(app);
  }
  LocalId ask(const Octets& early = "") {
    const auto app = client.app_connects();
    client.app_sends(app, Bytes{5, 1, 0});
    client.app_sends(app, socks_request(socks5::Command::connect, kA) + early);
    return app;
  }
  ClientScript& server_goes(ConnectionId id) {
    return GetParam() ? client.server_is_cut(id) : client.server_ends(id);
  }
  // An association whose CRUMFURS is on `kTaken`, asked for by "hi" to A.
  LocalId send_first() {
    const auto app = client.associate();
    client.app_sends_to(app, kA, "hi");
    return app;
  }

  static constexpr ConnectionId kTaken{3}, kOther{2};
  ClientScript client{with_two_ready()};
};

TEST_P(ClientRepeat, Crumfurs) {
  const auto app = send_first();
  const auto request = crumfurs_request(client.session_of(kTaken));
  server_goes(kTaken);
  const auto fresh = client.dialled();
  EXPECT_GT(fresh, kTaken);
  EXPECT_EQ(client.counters().crumfurs_lost, 0u);
  client.connects(fresh).expect(write_server(fresh, request));
  server_goes(fresh);
  EXPECT_EQ(client.counters().crumfurs_lost, 1u);  // now it waits
  EXPECT_EQ(client.counters().requests_repeated, 1u);
  client.app_ends(app);
}

TEST_P(ClientRepeat, CrumfursThatIsNotAnswered) {
  const auto app = send_first();
  client.wait(2s);
  EXPECT_EQ(client.counters().requests_repeated, 1u);
  EXPECT_FALSE(client.contract().has(kTaken));
  client.app_ends(app);
}

TEST_P(ClientRepeat, ButNotCrumfursThatWasAnswered) {
  const auto app = send_first();
  client.server_sends(kTaken, kEstablished);
  server_goes(kTaken);
  EXPECT_EQ(client.counters().requests_repeated, 0u);
  EXPECT_EQ(client.counters().crumfurs_lost, 1u);
  client.app_ends(app);
}

TEST_P(ClientRepeat, AChannelWithWhatWasSentOnIt) {
  const auto app = send_first();
  client.server_sends(kTaken, kEstablished);
  client.app_sends_to(app, kA, "more");
  EXPECT_EQ(client.counters().sent_on_channel, 2u);
  server_goes(kOther);
  EXPECT_EQ(client.counters().sent_on_channel, 0u);
  EXPECT_EQ(client.counters().waiting, 2u);
  const auto fresh = client.dialled();
  client.app_sends_to(app, kA, "and more").expect_silence();
  client.connects(fresh).expect(write_server(fresh, udp_request(kA, client.session_of(kTaken)) +
                                                        frame("hi") + frame("more") +
                                                        frame("and more")));
  EXPECT_EQ(client.counters().channels_lost, 0u);
  server_goes(fresh);  // refused, then
  EXPECT_EQ(client.counters().channels_lost, 1u);
  EXPECT_EQ(client.counters().requests_repeated, 1u);
  client.app_sends_to(app, kA, "x").expect_silence();
  EXPECT_EQ(client.counters().dropped_refused, 1u);
}

TEST_P(ClientRepeat, AChannelOnlyOnceCrumfursIsBack) {  // CRUM-4
  const auto app = send_first();
  client.server_sends(kTaken, kEstablished);
  client.server_is_cut(kTaken);
  server_goes(kOther);
  for (const auto& order : client.orders()) {
    EXPECT_EQ(order.words.find("connect"), std::string::npos) << order.words;
  }
  client.wait(100ms);
  ConnectionId crumfurs{};
  for (const auto& [id, connected] : std::map(client.contract().connections())) {
    if (!connected) client.connects(id);
    if (client.written(id).size() != 0 && id > kTaken) crumfurs = id;
  }
  const auto before = client.dialled();
  client.server_sends(crumfurs, kEstablished);
  const auto fresh = client.dialled();
  EXPECT_GT(fresh, before);  // not one that is ready
  client.connects(fresh);
  EXPECT_EQ(client.written(fresh), udp_request(kA, client.session_of(crumfurs)) + frame("hi"));
  client.app_ends(app);
}

TEST_P(ClientRepeat, ButNotAChannelThatWasAnswered) {
  const auto app = send_first();
  client.server_sends(kTaken, kEstablished);
  client.server_sends(kOther, frame("x"));
  server_goes(kOther);
  EXPECT_EQ(client.counters().requests_repeated, 0u);
  EXPECT_EQ(client.counters().channels_lost, 1u);
  EXPECT_EQ(client.counters().sent_on_channel, 1u);
  client.app_ends(app);
}

TEST_P(ClientRepeat, NorOneThatHasBeenOpenForLonger) {
  const auto app = send_first();
  client.server_sends(kTaken, kEstablished);
  client.wait(1999ms);
  client.app_sends_to(app, kB, "room is kept for copies");
  client.wait(1ms);
  server_goes(kOther);
  EXPECT_EQ(client.counters().requests_repeated, 0u);
  EXPECT_EQ(client.counters().channels_lost, 1u);
  client.app_ends(app);
}

TEST_P(ClientRepeat, ATunnelThatNothingHasPassed) {
  const auto app = ask();
  server_goes(kTaken);
  const auto fresh = client.dialled();
  Orders expected;
  if (!GetParam()) expected.push_back(close_server(kTaken, CloseKind::abort));
  expected.insert(expected.end(), {pause_local(app), connect(fresh)});
  EXPECT_EQ(client.orders(), expected);
  client.app_sends(app, "read before the pause").expect_silence();
  client.connects(fresh).expect(write_server(fresh, tcp_request(kA) + "read before the pause"),
                                splice(app, fresh),
                                resume_local(app));  // and no second reply
  client.server_sends(fresh, "hello").expect(write_local(app, "hello"));
}

TEST_P(ClientRepeat, ATunnelWhoseAppHasEnded) {
  const auto app = ask();
  client.app_ends(app).expect(half_close_server(kTaken));
  server_goes(kTaken);
  const auto fresh = client.dialled();
  client.connects(fresh).expect(write_server(fresh, tcp_request(kA)), splice(app, fresh),
                                half_close_server(fresh), resume_local(app));
}

TEST_P(ClientRepeat, ATunnelThatCannotBeRedialledEndsLikeACutOne) {
  const auto app = ask();
  server_goes(kTaken);
  client.fails(client.dialled()).expect(close_local(app, CloseKind::abort));
}

// TCP-1: the target may have had the octets, and must not have them twice.
TEST_P(ClientRepeat, ButNotATunnelWithOctetsOfTheApp) {
  for (const bool early : {true, false}) {
    const auto app = ask(early ? "POST" : "");
    const auto taken = early ? kTaken : kOther;
    if (!early) client.app_sends(app, "POST");
    server_goes(taken).expect(GetParam() ? close_local(app, CloseKind::abort)
                                         : half_close_local(app));
  }
  EXPECT_EQ(client.counters().requests_repeated, 0u);
}

TEST_P(ClientRepeat, NorOneThatWasAnsweredOrHasBeenOpenForLonger) {
  const auto app = ask();
  client.server_sends(kTaken, "hello");
  server_goes(kTaken).expect(GetParam() ? close_local(app, CloseKind::abort)
                                        : half_close_local(app));
  const auto other = ask();
  client.wait(2s);
  server_goes(kOther).expect(GetParam() ? close_local(other, CloseKind::abort)
                                        : half_close_local(other));
  EXPECT_EQ(client.counters().requests_repeated, 0u);
}

TEST_P(ClientRepeat, CopiesTakeNoRoomFromWhatWaits) {
  auto settings = with_two_ready();
  settings.limits.waiting_bytes = 2 * frame("12345").size();
  ClientScript small(settings);
  const auto app = small.associate();
  small.open_crumfurs(app, kA);
  small.connects(small.dialled());
  small.wait(ReadyConnections::kRefill);
  ConnectionId last{};
  for (const auto& [id, connected] : std::map(small.contract().connections())) {
    if (!connected) small.connects(last = id);
  }
  small.app_sends_to(app, kB, "11111");  // on one that was ready
  small.app_sends_to(app, kB, "22222");
  small.app_sends_to(app, kB, "there is no room for a copy of this");
  EXPECT_EQ(small.counters().sent_on_channel, 4u);
  small.app_sends_to(app, kC, "4");
  small.app_sends_to(app, kD, "5");
  small.app_sends_to(app, kE, "12345");  // there is none ready any more
  EXPECT_EQ(small.counters().dropped_waiting_full, 0u);
  EXPECT_EQ(small.counters().waiting, 1u);
  small.closes_all();
  small.expect_nothing_left();
}

INSTANTIATE_TEST_SUITE_P(ServerGoes, ClientRepeat, testing::Bool(),
                         [](const auto& each) { return each.param ? "Cut" : "Ended"; });

}  // namespace
}  // namespace fullcone
