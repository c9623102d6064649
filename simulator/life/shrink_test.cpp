// Lives that fail by a rule of the test's own are reduced to what that rule needs.
#include "simulator/life/shrink.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "simulator/life/draw.hpp"
#include "simulator/life/draw_unruly.hpp"
#include "simulator/life/play.hpp"
#include "simulator/life/replay.hpp"

namespace fullcone::sim {
namespace {

constexpr std::uint64_t kSeed = 3;

// The "fault": after a client has lost its CRUMFURS, a datagram arrives at a peer.
bool fails(const Life& life) {
  World world(kSeed);
  bool cut = false;
  bool failed = false;
  world.trace().watch([&](const TraceRecord& record) {
    cut = cut || (record.kind == TraceKind::story && record.note.starts_with("CRUMFURS"));
    failed =
        failed || (cut && record.kind == TraceKind::datagram_arrived && record.to.port == 7000);
  });
  play(world, life);
  world.finish();
  return failed;
}

Life failing() {
  Features features;
  features.weights.stream_cut = 10;
  return draw_life(kSeed, features);
}

TEST(Shrink, LeavesWhatIsNeeded) {
  const Life life = failing();
  ASSERT_GT(life.events.size(), 200u);
  ASSERT_TRUE(fails(life));
  const Shrunk shrunk = shrink(life, fails);
  EXPECT_TRUE(fails(shrunk.life));
  EXPECT_LE(shrunk.life.events.size(), 6u) << print_replay({.life = shrunk.life});
  EXPECT_LE(shrunk.life.clients.size(), 1u);
  EXPECT_TRUE(shrunk.life.names.empty());
  for (const Event& event : shrunk.life.events) {
    EXPECT_EQ(event.times, 1u);
    EXPECT_LE(event.amount, 8u);
  }
}

TEST(Shrink, LeavesOfWhatAHandSaysWhatIsNeeded) {
  const auto has = [](const Event& event, Piece kind) {
    return std::ranges::count(event.written, kind, &WrittenPiece::kind) != 0;
  };
  const auto names_a_user_and_fills = [&](const Life& life) {
    return std::ranges::any_of(life.events, [&](const Event& event) {
      return event.deed == Deed::hand_says && has(event, Piece::user) && has(event, Piece::fill);
    });
  };
  const Shrunk shrunk = shrink(draw_unruly_clients(kSeed), names_a_user_and_fills);
  ASSERT_EQ(shrunk.life.events.size(), 1u);
  const WrittenOctets& written = shrunk.life.events.front().written;
  ASSERT_EQ(written.size(), 2u);
  EXPECT_EQ(written[0].kind, Piece::user);
  EXPECT_EQ(written[1].kind, Piece::fill);
  EXPECT_LE(written[1].number, 8u);
  EXPECT_TRUE(shrunk.life.peers.empty());
}

TEST(Shrink, IsTheSameEachTime) {
  const Life life = failing();
  EXPECT_EQ(print_replay({.life = shrink(life, fails).life}),
            print_replay({.life = shrink(life, fails).life}));
}

TEST(Shrink, TriesNoMoreThanItMay) {
  std::size_t asked = 0;
  const auto count = [&asked](const Life&) { return ++asked % 2 == 0; };
  const Shrunk shrunk = shrink(failing(), count, 50);
  EXPECT_EQ(asked, 50u);
  EXPECT_EQ(shrunk.tries, 50u);
}

TEST(Shrink, EndsWhereNothingCanGo) {
  const Life life = failing();
  const std::string text = print_replay({.life = life});
  const auto only_itself = [&text](const Life& other) {
    return print_replay({.life = other}) == text;
  };
  EXPECT_EQ(print_replay({.life = shrink(life, only_itself, 100'000).life}), text);
}

}  // namespace
}  // namespace fullcone::sim
