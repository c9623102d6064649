// A life written to a file and read back is the same life, and what is wrong in a file is named.
#include "simulator/life/replay.hpp"

#include <gtest/gtest.h>

#include "simulator/life/draw.hpp"
#include "simulator/life/draw_unruly.hpp"
#include "simulator/life/sentence.hpp"
#include "simulator/scenario.hpp"

namespace fullcone::sim {
namespace {

Replay read(std::string_view text) {
  auto parsed = parse_replay(text);
  if (const auto* const error = std::get_if<ReplayError>(&parsed)) {
    ADD_FAILURE() << to_string(*error, "test");
    return {};
  }
  return std::get<Replay>(std::move(parsed));
}

std::string trouble(std::string_view text) {
  const auto parsed = parse_replay(text);
  const auto* const error = std::get_if<ReplayError>(&parsed);
  return error == nullptr ? "none" : to_string(*error, "a.life");
}

TEST(Replay, OfADrawnLifeComesBackAndRunsTheSame) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const Replay written{.scenario = "swarm",
                         .seed = seed,
                         .shuffle_ties = seed % 2 == 0,
                         .hash = seed << 40,
                         .found = {"CONE-1", "UDP-3"},
                         .life = draw_swarm(seed)};
    const std::string text = print_replay(written);
    const Replay back = read(text);
    ASSERT_EQ(print_replay(back), text) << "seed " << seed;
    ASSERT_EQ(back.life->events, written.life->events) << "seed " << seed;
    ASSERT_EQ(run(*back.life, seed).trace_hash, run(*written.life, seed).trace_hash)
        << "seed " << seed;
  }
}

TEST(Replay, OfAStoryHasNoLife) {
  const Replay back = read("scenario webrtc-call\nseed 7\nties as-planned\n");
  EXPECT_FALSE(back.life);
  EXPECT_EQ(back.scenario, "webrtc-call");
  EXPECT_EQ(back.seed, 7u);
}

TEST(Replay, IsReadAsAPersonWritesIt) {
  const Replay back = read(
      "# two friends\n"
      "server 1\n"
      "\n"
      "client 2   delay=1.5ms loss=0.25   # a bad line\n");
  ASSERT_TRUE(back.life);
  EXPECT_EQ(back.life->servers.size(), 1u);
  EXPECT_EQ(back.life->clients.at(2).link.delay, Duration{1500us});
  EXPECT_EQ(back.life->clients.at(2).link.loss, 0.25);
}

TEST(Replay, PutsEventsInTheirOrder) {
  const Replay back = read(
      "at 2s app 1 quits\n"
      "at 100ms app 1 sends 0B to peer 1 x3\n"
      "at 100ms peer 1 answers app 1 with 65507B\n"
      "\tat  0s   app 1 opens on client 1\r\n");
  ASSERT_EQ(back.life->events.size(), 4u);
  EXPECT_EQ(sentence(back.life->events[0]), "app 1 opens on client 1");
  EXPECT_EQ(sentence(back.life->events[1]), "app 1 sends 0B to peer 1 x3");
  EXPECT_EQ(back.life->events[2].amount, 65'507u);
  EXPECT_EQ(back.life->events[3].at, Duration{2s});
}

TEST(Replay, NamesWhatIsWrongAndWhatIsAllowed) {
  EXPECT_EQ(trouble("seed 1\nsede 2\n").find("a.life:2: found \"sede\"; expected: \"scenario\""),
            0u);
  EXPECT_EQ(trouble("seed x"), "a.life:1: found \"x\"; expected: a whole number");
  EXPECT_EQ(trouble("seed 1 2"), "a.life:1: found \"2\"; expected: the end of the line");
  EXPECT_EQ(trouble("ties up"), "a.life:1: found \"up\"; expected: \"shuffled\" or \"as-planned\"");
  EXPECT_EQ(trouble("hash 12"), "a.life:1: found \"12\"; expected: 16 hexadecimal digits");
  EXPECT_EQ(trouble("found"), "a.life:1: found the end of the line; expected: the id of a rule");
  EXPECT_EQ(trouble("heals soon"), "a.life:1: found \"soon\"; expected: \"within\" or \"unasked\"");
  EXPECT_EQ(trouble("heals within 5"), "a.life:1: found \"5\"; expected: a time like 60s");
  EXPECT_EQ(trouble("peer 0"), "a.life:1: found \"0\"; expected: a number from 1 to 65535");
  EXPECT_EQ(trouble("peer 1\npeer 1"),
            "a.life:2: found \"1\"; expected: a number that no other one has");
  EXPECT_EQ(trouble("target 1 family=ipx"),
            "a.life:1: found \"family=ipx\"; expected: for \"family\" one of ipv4, ipv6");
  EXPECT_EQ(trouble("peer 1 loss=2"),
            "a.life:1: found \"loss=2\"; expected: for \"loss\" a share from 0 to 1 like 0.02");
  EXPECT_EQ(trouble("target 1 loss=1"),
            "a.life:1: found \"loss\"; expected: \"family\", \"manner\"");
  EXPECT_EQ(trouble("at noon app 1 quits"),
            "a.life:1: found \"noon\"; expected: a time like 1.25s");
  EXPECT_EQ(trouble("at 1s app 1 sneds 1B to peer 1").find("a.life:1: found \"sneds\"; expected: "),
            0u);
  EXPECT_EQ(trouble("at 1s app 1 sends 70000B to peer 1"),
            "a.life:1: found \"70000B\"; expected: octets up to 65507B like 100B");
  EXPECT_EQ(trouble("at 1s app 1 asks peer 1 for a STUN answer from home"),
            "a.life:1: found \"home\"; expected: \"there\", \"another-port\", \"another-address\", "
            "\"elsewhere\"");
  EXPECT_EQ(trouble("at 1s app 1 asks peer 1 for name 1 in ipx"),
            "a.life:1: found \"ipx\"; expected: \"ipv4\", \"ipv6\"");
  EXPECT_EQ(trouble("at 1s app 1 quits loudly"),
            "a.life:1: found \"loudly\"; expected: the end of the line");
  EXPECT_EQ(trouble("at 1s loss of client 1 becomes 1.5"),
            "a.life:1: found \"1.5\"; expected: a share from 0 to 1 like 0.02");
}

TEST(Replay, OfAnUnrulyLifeComesBackAndRunsTheSame) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    for (const Life& life : {draw_unruly_clients(seed), draw_unruly_apps(seed)}) {
      const std::string text = print_replay({.seed = seed, .life = life});
      const Replay back = read(text);
      ASSERT_EQ(back.life->events, life.events) << "seed " << seed;
      ASSERT_EQ(print_replay(back), text) << "seed " << seed;
      ASSERT_EQ(run(*back.life, seed).trace_hash, run(life, seed).trace_hash) << "seed " << seed;
    }
  }
}

TEST(WrittenOctets, AreHexadecimalDigitsAndWords) {
  const std::string text = "01.user1.0010.vless-peer3:5.socks-target2.fill600";
  const auto written = parse_octets_written(text);
  ASSERT_TRUE(written);
  EXPECT_EQ(print_octets_written(*written), text);
  ASSERT_EQ(written->size(), 6u);
  EXPECT_EQ((*written)[2], (WrittenPiece{.octets = {0x00, 0x10}}));
  EXPECT_EQ((*written)[3], (WrittenPiece{.kind = Piece::vless_peer, .number = 3, .most = 5}));
  for (const char* const wrong : {"", ".", "0", "0g", "01.", "01..02", "user", "user1:", "user-1",
                                  "fill65536", "peer1", "vless-peer1:x"}) {
    EXPECT_FALSE(parse_octets_written(wrong)) << wrong;
  }
}

TEST(Sentence, OfEachDeedComesBack) {
  for (const Sentence& each : sentences()) {
    Event event{.deed = each.deed};
    if (has_slot(each.deed, Slot::who)) event.who = 3;
    if (has_slot(each.deed, Slot::whom)) event.whom = 4;
    if (has_slot(each.deed, Slot::via)) event.via = 5;
    for (const Slot slot : {Slot::streams, Slot::node, Slot::place, Slot::origin}) {
      if (has_slot(each.deed, slot))
        event.via = static_cast<std::uint32_t>(choices(slot).size() - 1);
    }
    for (const Slot slot : {Slot::octets, Slot::time, Slot::share}) {
      if (has_slot(each.deed, slot)) event.amount = 12'345;
    }
    if (has_slot(each.deed, Slot::family)) event.amount = 1;
    if (has_slot(each.deed, Slot::times)) event.times = 6;
    if (has_slot(each.deed, Slot::written)) event.written = {{.octets = {1, 0xfe}}};
    const auto back = parse_sentence(sentence(event));
    ASSERT_TRUE(std::holds_alternative<Event>(back)) << sentence(event);
    EXPECT_EQ(std::get<Event>(back), event) << sentence(event);
  }
}

}  // namespace
}  // namespace fullcone::sim
