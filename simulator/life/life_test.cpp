// Any part of a life is a life; the same seed draws the same one; different seeds draw different
// kinds.
#include "simulator/life/life.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <utility>

#include "simulator/life/draw.hpp"
#include "simulator/life/draw_unruly.hpp"
#include "simulator/life/play.hpp"
#include "simulator/life/replay.hpp"
#include "simulator/purpose_random.hpp"
#include "simulator/scenario.hpp"

namespace fullcone::sim {
namespace {

// One server, a client and two peers, of which the second is silent.
Life small() {
  Life life;
  life.servers[1];
  life.clients[1];
  life.peers[1].manner = PeerManner::echo;
  life.peers[2];
  return life;
}

// All lines of the trace, until the answers must be there. A datagram's line has its endpoints'
// names and the first octets.
std::string told_by(Life life) {
  const Duration last = life.events.back().at;
  life.events.push_back({.at = last + 5s, .deed = Deed::app_quits, .who = 99});
  std::string told;
  const Outcome outcome = run(life, 1, {}, [&](Trace& trace) {
    trace.show([&](std::string_view line) { told += std::string(line) + '\n'; });
  });
  EXPECT_TRUE(outcome.findings.empty());
  return told;
}

TEST(Life, APeerAnswersAndAStrangerWritesToThePortThatIsKnown) {
  Life life = small();
  life.events = {{.at = 0s, .deed = Deed::app_opens, .who = 7, .whom = 1},
                 {.at = 1s, .deed = Deed::app_sends, .who = 7, .whom = 1, .amount = 100},
                 {.at = 2s, .deed = Deed::peer_writes, .who = 2, .whom = 7, .via = 1, .amount = 9},
                 {.at = 3s, .deed = Deed::peer_answers, .who = 1, .whom = 7, .amount = 8},
                 {.at = 4s, .deed = Deed::app_answers, .who = 7, .amount = 10}};
  World world(1);
  play(world, life);
  world.run_for(1s);
  EXPECT_EQ(world.server().external_ports().size(), 1u);
  const std::string told = told_by(life);
  EXPECT_NE(told.find("udp in 100"), std::string::npos);  // echoed
  EXPECT_NE(told.find("peer 2 writes 9B to app 7"), std::string::npos);
}

TEST(Life, AnAppAsksStunFromWhereItIsAskedTo) {
  Life life = small();
  life.peers[3].manner = PeerManner::stun;
  life.events = {{.at = 0s, .deed = Deed::app_opens, .who = 1, .whom = 1}};
  for (const Origin origin : {Origin::the_same, Origin::another_port, Origin::another_address}) {
    const auto via = static_cast<std::uint32_t>(origin);
    life.events.push_back({.at = 1s, .deed = Deed::app_asks_stun, .who = 1, .whom = 3, .via = via});
  }
  const std::string told = told_by(life);
  EXPECT_NE(told.find("peer3:7000 -->| server1:"), std::string::npos);
  EXPECT_NE(told.find("peer3:7001 -->| server1:"), std::string::npos);
  EXPECT_NE(told.find("peer4:7000 -->| server1:"), std::string::npos);
}

TEST(Life, AnAppAsksForANameByDns) {
  Life life = small();
  life.peers[3].manner = PeerManner::dns;
  life.names[4].peers = {1};
  life.events = {{.at = 0s, .deed = Deed::app_opens, .who = 1, .whom = 1},
                 {.at = 1s, .deed = Deed::app_asks_dns, .who = 1, .whom = 3, .via = 4}};
  EXPECT_NE(told_by(life).find("peer3:7000 -->| server1:"), std::string::npos);
}

TEST(Life, AnAppMeetsAPeerBehindANatAndAnotherApp) {
  Life life = small();
  life.nats[1].behaviour = {.mapping = Dependence::address_and_port_dependent,
                            .filtering = Dependence::address_and_port_dependent};
  life.peers[2].behind = 1;
  life.peers[3].manner = PeerManner::rendezvous;
  life.events = {{.at = 0s, .deed = Deed::app_opens, .who = 1, .whom = 1},
                 {.at = 0s, .deed = Deed::app_opens, .who = 2, .whom = 1},
                 {.at = 1s, .deed = Deed::app_meets_peer, .who = 1, .whom = 2, .via = 3},
                 {.at = 2s, .deed = Deed::app_meets_app, .who = 1, .whom = 2, .via = 3}};
  const std::string told = told_by(life);
  EXPECT_NE(told.find("-->| peer2:7000 udp in 4 'open'"), std::string::npos);
  EXPECT_NE(told.find("server1:"), std::string::npos);
}

TEST(Life, PeersMayAnswerFromElsewhereOrAsAnother) {
  for (const auto& [manner, source] :
       {std::pair(PeerManner::echo_from_other_port, "peer1:32768 -->| server1:"),
        std::pair(PeerManner::echo_from_other_host, "peer2:7000 -->| server1:"),
        std::pair(PeerManner::echo_as_another, "peer2:7000 -->| server1:")}) {
    Life life = small();
    life.peers.erase(2);
    life.peers[1].manner = manner;
    life.events = {{.at = 0s, .deed = Deed::app_opens, .who = 1, .whom = 1},
                   {.at = 1s, .deed = Deed::app_sends, .who = 1, .whom = 1, .amount = 100}};
    const std::string told = told_by(life);
    EXPECT_NE(told.find(source), std::string::npos) << told;
    EXPECT_EQ(told.find("spoofed") != std::string::npos, manner == PeerManner::echo_as_another);
  }
}

TEST(Life, AnEventOfNobodyDoesNothing) {
  for (const Sentence& each : sentences()) {
    Life life = small();
    life.events = {{.at = 1s,
                    .deed = each.deed,
                    .who = 40,
                    .whom = 41,
                    .via = has_slot(each.deed, Slot::via) ? 42u : 0u,
                    .amount = has_slot(each.deed, Slot::family) ? 1u : 10u}};
    EXPECT_TRUE(run(life, 1).findings.empty()) << each.pattern;
  }
  EXPECT_TRUE(run(Life{}, 1).findings.empty());
}

TEST(Life, AnyPartOfOneIsOne) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    Random random = random_for(seed, "part");
    Life life = draw_swarm(seed);
    std::erase_if(life.events, [&](const Event&) { return random.chance(0.5); });
    std::erase_if(life.peers, [&](const auto&) { return random.chance(0.3); });
    std::erase_if(life.clients, [&](const auto&) { return random.chance(0.3); });
    std::erase_if(life.nats, [&](const auto&) { return random.chance(0.3); });
    std::erase_if(life.servers, [&](const auto&) { return random.chance(0.1); });
    std::erase_if(life.targets, [&](const auto&) { return random.chance(0.3); });
    const Outcome outcome = run(life, seed);
    ASSERT_TRUE(outcome.findings.empty())
        << "seed " << seed << ": " << outcome.findings.front().what;
  }
}

TEST(Life, AnAppThatCannotBeHealedIsFound) {
  Life life = small();
  life.clients[1].user = 2;  // whom the server does not know
  life.heals_within = 5s;
  life.events = {{.at = 0s, .deed = Deed::app_opens, .who = 1, .whom = 1}};
  const Outcome outcome = run(life, 1);
  ASSERT_EQ(outcome.findings.size(), 1u);
  EXPECT_EQ(outcome.findings[0].rule, "STORY");
}

TEST(Swarm, TheSameSeedIsTheSameLife) {
  EXPECT_EQ(print_replay({.life = draw_swarm(5)}), print_replay({.life = draw_swarm(5)}));
}

TEST(Swarm, SeedsAreOfDifferentKinds) {
  std::set<Deed> all;
  std::size_t without_cuts = 0;
  std::size_t with_nats = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    for (const Life& life : {draw_unruly_clients(seed), draw_unruly_apps(seed)}) {
      for (const Event& event : life.events) all.insert(event.deed);
    }
  }
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const Life life = draw_swarm(seed);
    std::set<Deed> deeds;
    for (const Event& event : life.events) deeds.insert(event.deed);
    all.insert(deeds.begin(), deeds.end());
    if (!deeds.contains(Deed::stream_cut)) ++without_cuts;
    if (!life.nats.empty()) ++with_nats;
  }
  EXPECT_EQ(all.size(), sentences().size());
  EXPECT_GT(without_cuts, 40u);
  EXPECT_LT(without_cuts, 180u);
  EXPECT_GT(with_nats, 40u);
  EXPECT_LT(with_nats, 120u);
}

}  // namespace
}  // namespace fullcone::sim
