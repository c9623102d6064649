// What an association may hold: channels, waiting datagrams, queues, idle time, and how often it
// dials what the server refuses. Bounds are met at the limit and one past it.
#include <gtest/gtest.h>

#include "core/send_budget.hpp"
#include "core/testing/client_script.hpp"

namespace fullcone {
namespace {

constexpr ConnectionId kCrumfurs{1}, kChannel{2};

struct Story {
  explicit Story(const ClientSettings& settings = alices_settings()) : client(settings) {
    app = client.associate();
    client.open_crumfurs(app, kA);
    client.connects(kChannel);
  }
  ~Story() {
    client.closes_all();
    client.expect_nothing_left();
  }
  ClientScript client;
  LocalId app{};
};

TEST(ClientBounds, TheLeastRecentlyUsedChannelMakesRoom) {
  auto settings = alices_settings();
  settings.limits.channels = 3;
  Story story(settings);
  auto& [client, app] = story;
  const auto b = client.open_channel(app, kB);
  const auto c = client.open_channel(app, kC);
  client.app_sends_to(app, kA, "used").expect(write_server(kChannel, frame("used")));
  client.server_sends(b, frame("used too"));
  client.app_sends_to(app, kD, "hi");
  client.expect(close_server(c), connect(client.dialled()));
  client.connects(client.dialled());
  client.app_sends_to(app, kC, "again");
  client.expect(close_server(kChannel), connect(client.dialled()));
}

TEST(ClientBounds, OneThatStillWaitsMakesRoomToo) {
  auto settings = alices_settings();
  settings.limits.channels = 1;
  ClientScript client(settings);
  const auto app = client.associate();
  client.app_sends_to(app, kA, "a");
  client.app_sends_to(app, kB, "b").expect_silence();
  EXPECT_EQ(client.counters().dropped_with_channel, 1u);
  client.connects(kCrumfurs);
  client.server_sends(kCrumfurs, kEstablished).expect(connect(kChannel));
  client.app_sends_to(app, kC, "c").expect(close_server(kChannel), connect(ConnectionId{3}));
  client.closes_all();
  client.expect_nothing_left();
}

TEST(ClientBounds, WaitingDatagramsAreBoundedOldestFirst) {
  auto settings = alices_settings();
  settings.limits.waiting_bytes = 2 * frame("12345").size();
  ClientScript client(settings);
  const auto app = client.associate();
  client.app_sends_to(app, kA, "11111");
  client.app_sends_to(app, kA, "22222");
  EXPECT_EQ(client.counters().dropped_waiting_full, 0u);
  client.app_sends_to(app, kA, "3");
  EXPECT_EQ(client.counters().dropped_waiting_full, 1u);
  client.app_sends_to(app, kB, "the others have taken it all");
  EXPECT_EQ(client.counters().dropped_waiting_full, 2u);
  EXPECT_EQ(client.counters().waiting, 2u);
  client.connects(kCrumfurs);
  client.server_sends(kCrumfurs, kEstablished);
  client.connects(kChannel).expect(write_server(
      kChannel, udp_request(kA, client.session_of(kCrumfurs)) + frame("22222") + frame("3")));
  client.app_sends_to(app, kB, "1234567890").expect_silence();  // there is room again
  EXPECT_EQ(client.counters().waiting, 1u);
  client.closes_all();
  client.expect_nothing_left();
}

TEST(ClientBounds, EmptyDatagramsDoNotWaitWithoutBound) {
  auto settings = alices_settings();
  settings.limits.waiting_bytes = 10 * frame("").size();
  ClientScript client(settings);
  const auto app = client.associate();
  for (int i = 0; i < 100; ++i) client.app_sends_to(app, kA, "");
  EXPECT_EQ(client.counters().waiting, 10u);
  EXPECT_EQ(client.counters().dropped_waiting_full, 90u);
  client.closes_all();
}

TEST(ClientBounds, TheQueueOfAChannelIsBounded) {
  auto settings = alices_settings();
  settings.limits.channel_queue_bytes = 2 * frame("12345").size();
  Story story(settings);
  auto& [client, app] = story;
  client.leaves_queue(kChannel, 1'000);  // the request
  client.app_sends_to(app, kA, "11111").expect(write_server(kChannel, frame("11111")));
  client.app_sends_to(app, kA, "22222").expect(write_server(kChannel, frame("22222")));
  client.wait(SendBudget::kBurstTime);  // until then a burst may be larger
  client.app_sends_to(app, kA, "").expect_silence();
  EXPECT_EQ(client.counters().dropped_channel_full, 1u);
  client.leaves_queue(kChannel, 7);
  client.app_sends_to(app, kA, "33333").expect(write_server(kChannel, frame("33333")));
}

// ----- what the server refuses

TEST(ClientBounds, ARefusedDestinationIsHeldForAWhile) {
  Story story;
  auto& [client, app] = story;
  client.server_ends(kChannel).expect(close_server(kChannel));  // without an answer
  client.wait(999ms);
  client.app_sends_to(app, kA, "x").expect_silence();
  EXPECT_EQ(client.counters().dropped_refused, 1u);
  client.app_sends_to(app, kB, "others are not");
  client.expect(connect(client.dialled()));
  client.wait(1ms);
  client.app_sends_to(app, kA, "x");
  client.expect(connect(client.dialled()));
}

TEST(ClientBounds, SoIsOneWhoseConnectionFailedOrWasCut) {
  Story story;
  auto& [client, app] = story;
  client.app_sends_to(app, kB, "waits");
  client.fails(client.dialled()).expect_silence();
  EXPECT_EQ(client.counters().dropped_with_channel, 1u);
  client.app_sends_to(app, kB, "x").expect_silence();
  client.server_is_cut(kChannel).expect_silence();
  client.app_sends_to(app, kA, "x").expect_silence();
  EXPECT_EQ(client.counters().dropped_refused, 2u);
  EXPECT_EQ(client.counters().channels_lost, 2u);
}

// A mapping that idles out takes its channel with it (CONE-11): that says nothing about the next.
TEST(ClientBounds, OneThatWasOpenForLongerIsRedialledAtOnce) {
  Story story;
  auto& [client, app] = story;
  client.wait(1s);
  client.server_ends(kChannel).expect(close_server(kChannel));
  client.app_sends_to(app, kA, "x");
  client.expect(connect(client.dialled()));
}

TEST(ClientBounds, OneThatAnsweredIsRedialledAtOnce) {
  Story story;
  auto& [client, app] = story;
  client.server_sends(kChannel, frame("x"));
  client.server_is_cut(kChannel);
  client.app_sends_to(app, kA, "y");
  client.expect(connect(client.dialled()));
}

TEST(ClientBounds, AnAppThatInsistsIsNoStorm) {
  Story story;
  auto& [client, app] = story;
  client.server_ends(kChannel);
  int dials = 0;
  for (int i = 0; i < 1000; ++i) {  // ten seconds
    const auto before = client.dialled();
    client.app_sends_to(app, kA, "x");
    if (client.dialled() != before) {
      ++dials;
      client.connects(client.dialled());
      client.server_ends(client.dialled());
    }
    client.wait(10ms);
  }
  EXPECT_GE(dials, 9);
  EXPECT_LE(dials, 10);
}

// ----- idle

TEST(ClientBounds, AnIdleChannelIsClosed) {
  Story story;
  auto& [client, app] = story;
  client.wait(200s);
  client.server_sends(kChannel, frame("in"));
  client.wait(200s);
  client.app_sends_to(app, kA, "out");
  client.wait(299s).expect_silence();
  client.wait(1s).expect(close_server(kChannel));
  client.wait(1h).expect_silence();  // CRUMFURS stays, for strangers
  client.server_sends(kCrumfurs, umfurs(kB, "ahoy"))
      .expect(send_to_app(app, kAppSocket, socks_datagram(kB, "ahoy")));
  client.app_sends_to(app, kA, "again");
  client.expect(connect(client.dialled()));
}

TEST(ClientBounds, EachChannelIdlesByItself) {
  Story story;
  auto& [client, app] = story;
  client.wait(100s);
  const auto b = client.open_channel(app, kB);
  client.wait(100s);
  client.app_sends_to(app, kA, "x");
  client.wait(200s).expect(close_server(b));
  client.wait(100s).expect(close_server(kChannel));
}

}  // namespace
}  // namespace fullcone
