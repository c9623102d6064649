// CMD_UDP of v0: UDP-6, RSP-0, and what UDP-1, UDP-5 and CONE-11 ask of it too.
#include <gtest/gtest.h>

#include "base/hex_testing.hpp"
#include "core/send_budget.hpp"
#include "core/testing/server_script.hpp"

namespace fullcone {
namespace {

const NamedEndpoint kName{"dns.example", 53};

ServerScript::Channel open_v0(ServerScript& server, const Endpoint& to = kA) {
  return server.open_channel_with(v0_udp_request(to));
}

TEST(ServerV0, NeedsNoSession) {  // UDP-6
  ServerScript server;
  const auto a = server.accept();
  const MappingId m{1};
  server.client_sends(a, v0_udp_request(kA) + frame("hi"))
      .expect(open_mapping(m), send(m, kA, "hi"));
  EXPECT_EQ(server.core().sessions(), 0u);
  server.client_ends(a).expect(close_mapping(m), close(a));
  server.expect_nothing_left();
}

TEST(ServerV0, AnswersWithTheResponseOnceAndFirst) {  // RSP-0, UDP-1
  ServerScript server;
  const auto a = open_v0(server);
  server.peer_sends(kA, a.mapping, "one").expect(write(a.connection, hex("0000") + frame("one")));
  server.peer_sends(kA, a.mapping, "").expect(write(a.connection, frame("")));
  server.closes_all().expect(close_mapping(a.mapping), close(a.connection));
  server.expect_nothing_left();
}

TEST(ServerV0, EachRequestHasAMappingOfItsOwn) {  // UDP-6
  ServerScript server;
  const auto a = open_v0(server), again = open_v0(server);
  EXPECT_NE(a.mapping, again.mapping);
  server.peer_sends(kA, a.mapping, "x").expect(write(a.connection, hex("0000") + frame("x")));
  server.client_is_cut(a.connection).expect(close_mapping(a.mapping));
  server.peer_sends(kA, a.mapping, "late").expect_silence();
  server.peer_sends(kA, again.mapping, "y")
      .expect(write(again.connection, hex("0000") + frame("y")));
  server.closes_all();
  server.expect_nothing_left();
}

TEST(ServerV0, DropsWhatStrangersSend) {  // UDP-6
  ServerScript server;
  const auto a = open_v0(server, kC);
  server.peer_sends(kB, a.mapping, "ahoy").expect_silence();
  server.peer_sends(kD, a.mapping, "same address, other port").expect_silence();
  EXPECT_EQ(server.counters().dropped_stranger_v0, 2u);
  server.closes_all();
}

TEST(ServerV0, DropsWhatUdpCannotSend) {  // UDP-5
  ServerScript server;
  const auto a = open_v0(server);
  server.client_sends(a.connection, frame(Bytes(65508, 'x')) + frame("on"))
      .expect(send(a.mapping, kA, "on"));
  EXPECT_EQ(server.counters().dropped_too_large_out, 1u);
  server.closes_all();
}

TEST(ServerV0, TakesItsStreamOneOctetAtATime) {  // HDR-5, UDP-8
  ServerScript server;
  const auto a = server.accept();
  Orders all;
  for (const auto octet : v0_udp_request(kName) + frame("one") + frame("two")) {
    server.client_sends(a, Bytes{octet});
    all.insert(all.end(), server.orders().begin(), server.orders().end());
  }
  EXPECT_EQ(all, (Orders{pause(a), resolve(a, "dns.example")}));
  const MappingId m{1};
  const Endpoint to{kA.ip, 53};
  server.resolves(a, {kA.ip})
      .expect(resume(a), open_mapping(m), send(m, to, "one"), send(m, to, "two"));
  server.closes_all();
}

TEST(ServerV0, ItsQueueIsBounded) {  // CRUM-10
  auto settings = open_settings();
  settings.limits.session.channel_queue_bytes = 9;
  ServerScript server(settings);
  const auto a = open_v0(server);
  server.peer_sends(kA, a.mapping, "1").expect(write(a.connection, hex("0000") + frame("1")));
  server.peer_sends(kA, a.mapping, "22").expect(write(a.connection, frame("22")));
  server.wait(SendBudget::kBurstTime);  // until then a burst may be larger
  server.peer_sends(kA, a.mapping, "").expect_silence();
  EXPECT_EQ(server.counters().dropped_channel_full, 1u);
  server.leaves_queue(a.connection, 5);
  server.peer_sends(kA, a.mapping, "").expect(write(a.connection, frame("")));
  server.closes_all();
}

TEST(ServerV0, AMappingThatCannotBeOpenedClosesTheChannel) {
  ServerScript server;
  const auto a = open_v0(server);
  server.mapping_fails(a.mapping).expect(close(a.connection));
  server.expect_nothing_left();
}

TEST(ServerV0, ANameThatDoesNotResolveCloses) {  // UDP-7
  ServerScript server;
  const auto a = server.accept();
  server.client_sends(a, v0_udp_request(kName)).expect(pause(a), resolve(a, "dns.example"));
  server.resolves(a, {}).expect(close(a));
  server.expect_nothing_left();
}

// ----- how long

TEST(ServerV0, IdlesOutWithItsConnection) {  // CONE-11
  ServerScript server;
  const auto a = open_v0(server);
  server.wait(200s);
  server.peer_sends(kA, a.mapping, "x");
  server.wait(200s);
  server.client_sends(a.connection, frame("y"));
  server.wait(299s).expect_silence();
  server.wait(1s).expect(close_mapping(a.mapping), close(a.connection));
  EXPECT_EQ(server.counters().mappings_expired, 1u);
  server.expect_nothing_left();
}

TEST(ServerV0, InboundAloneDoesNotKeepItForEver) {  // CONE-11
  ServerScript server;
  const auto a = open_v0(server);
  for (int minute = 0; minute < 59; ++minute) {
    server.wait(60s).expect_silence();
    server.peer_sends(kA, a.mapping, "x");
    server.leaves_queue(a.connection, 100);
  }
  server.wait(60s).expect(close_mapping(a.mapping), close(a.connection));
  server.expect_nothing_left();
}

TEST(ServerV0, StrangersDoNotKeepIt) {  // UDP-6, CONE-11
  ServerScript server;
  const auto a = open_v0(server);
  server.wait(200s);
  server.peer_sends(kB, a.mapping, "x");
  server.wait(100s).expect(close_mapping(a.mapping), close(a.connection));
}

TEST(ServerV0, ADatagramThatWasNotSentDoesNotKeepIt) {  // CONE-11
  ServerScript server;
  const auto a = open_v0(server);
  server.wait(200s);
  server.client_sends(a.connection, frame(Bytes(65508, 'x')));
  server.wait(100s).expect(close_mapping(a.mapping), close(a.connection));
}

}  // namespace
}  // namespace fullcone
