// Peers of every kind, as another peer finds them; and what the proxy makes of the odd ones.
#include "simulator/peers/peer_manners.hpp"

#include <gtest/gtest.h>

#include <set>

namespace fullcone::sim {
namespace {

class Manners : public testing::Test {
 protected:
  // What the asker has got a second after it has asked so often.
  const std::vector<Datagram>& ask(int times = 1) {
    for (int i = 0; i < times; ++i) asker.send_to(peer.endpoint(), "question");
    world.run_for(1s);
    return asker.received();
  }

  World world{1};
  Peer& peer = world.peer();
  Peer& asker = world.peer();
};

TEST_F(Manners, SilentUnlessTaught) { EXPECT_TRUE(ask().empty()); }

TEST_F(Manners, AScriptIsFollowedToItsEnd) {
  follow_script(peer, {"first", "second"});
  const auto& got = ask(3);
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(as_text(got[0].payload), "first");
  EXPECT_EQ(as_text(got[1].payload), "second");
}

TEST_F(Manners, AnswersFromAnotherPortOrHost) {
  Peer& other_port = world.peer_beside(peer);
  answer_from(peer, other_port);
  EXPECT_EQ(ask().at(0).source, other_port.endpoint());
  Peer& other_host = world.peer();
  answer_from(peer, other_host);
  EXPECT_EQ(ask().at(1).source, other_host.endpoint());
}

TEST_F(Manners, ASpoofedAnswerNamesSomebodyElse) {
  Peer& innocent = world.peer();
  answer_as(world, peer, innocent);
  EXPECT_EQ(ask().at(0).source, innocent.endpoint());
}

TEST_F(Manners, ExtremesOfSize) {
  answer_with_extremes(peer);
  const auto& got = ask();
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].payload.size() + got[1].payload.size(), 65'507u);
}

TEST_F(Manners, AFloodIsAsLongAsItIs) {
  flood(world, peer, asker.endpoint(), {.datagrams = 300, .octets = 50, .interval = 1ms});
  world.run_for(150ms);
  EXPECT_LT(asker.received().size(), 160u);
  world.run_for(1s);
  EXPECT_EQ(asker.received().size(), 300u);
}

TEST_F(Manners, ASprayHasASourceForEachDatagram) {
  spray_from_nowhere(world, peer, asker.endpoint(), {.datagrams = 3000, .interval = 10us});
  world.run_for(1s);
  std::set<Endpoint> sources;
  for (const Datagram& got : asker.received()) sources.insert(got.source);
  EXPECT_EQ(sources.size(), 3000u);
}

// ----- at the app

// Beyond what a SOCKS5 header leaves room for, the client drops; empty ones of known peers arrive.
TEST_F(Manners, ExtremesReachTheAppAsFarAsUdpCarriesThem) {
  auto& client = world.client();
  answer_with_extremes(peer);
  client.udp().send_to(peer, "question");
  world.run_for(1s);
  EXPECT_TRUE(client.udp().received(from(peer, "")));
  EXPECT_EQ(client.udp().received().size(), 1u);
  EXPECT_EQ(client.core().counters().dropped_too_large, 1u);
  world.finish();
  EXPECT_TRUE(world.findings().empty());
}

TEST_F(Manners, TheAppIsToldTheSourceThatTheAnswerHas) {
  auto& client = world.client();
  Peer& other_port = world.peer_beside(peer);
  answer_from(peer, other_port);
  client.udp().send_to(peer, "question");
  world.run_for(1s);
  EXPECT_TRUE(client.udp().received(from(other_port, "question")));
  EXPECT_EQ(client.udp().received().size(), 1u);
  world.finish();
  EXPECT_TRUE(world.findings().empty());
}

}  // namespace
}  // namespace fullcone::sim
