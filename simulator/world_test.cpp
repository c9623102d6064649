// The world's own promises: the first example of the architecture page, both subjects by hand, and
// that one seed is one run.
#include "simulator/world.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "simulator/life/draw.hpp"
#include "simulator/life/play.hpp"
#include "wire/umfurs.hpp"

namespace fullcone::sim {
namespace {

TEST(World, HelloFromAStranger) {
  World world{2};
  auto& client = world.client({.delay = 20ms, .loss = 0.01});
  auto& first = world.peer();
  auto& stranger = world.peer();
  client.udp().send_to(first, "ping");
  ASSERT_TRUE(world.run_until([&] { return first.received("ping"); }, 2s));
  stranger.send_to(first.last_source(), "hello");
  ASSERT_TRUE(world.run_until([&] { return client.udp().received(from(stranger, "hello")); }, 2s));
}

TEST(World, TimePassesOnlyAsFarAsAskedFor) {
  World world{1};
  EXPECT_FALSE(world.run_until([] { return false; }, 3s));
  EXPECT_EQ(world.now(), TimePoint{3s});
  int rings = 0;
  world.after(1s, [&] { ++rings; });
  world.run_for(1s);
  EXPECT_EQ(rings, 1);
  EXPECT_TRUE(world.run_until([] { return true; }, 1h));
  EXPECT_EQ(world.now(), TimePoint{4s});
}

// Two that echo each other over links that send twice: each datagram becomes four, and so on.
TEST(World, WhatMultipliesWithoutEndIsAFinding) {
  World world{1};
  auto& one = world.peer(Family::ipv4, {.delay = 1ms, .duplication = 1});
  auto& other = world.peer(Family::ipv4, {.delay = 1ms, .duplication = 1});
  one.echo();
  other.echo();
  one.send_to(other.endpoint(), "again");
  world.run_for(1h);
  ASSERT_EQ(world.findings().all().size(), 1u);
  EXPECT_EQ(world.findings().all().front().rule, "INVARIANT");
  EXPECT_THAT(world.findings().all().front().what, ::testing::HasSubstr("no end"));
  const auto happened = world.events_happened();
  world.run_for(1h);
  EXPECT_EQ(world.events_happened(), happened);
  EXPECT_EQ(world.findings().all().size(), 1u);
}

TEST(World, AServerIsSpokenToByHand) {
  World world{1};
  auto& peer = world.peer();
  RequestHeader header;
  header.user = world.server().users().front().uuid;
  header.command = Command::crumfurs;
  Bytes request;
  encode_request_header(header, request);
  auto& crumfurs = world.connect_to_server(Family::ipv6);
  crumfurs.send(request);
  ASSERT_TRUE(world.run_until([&] { return crumfurs.received() == Bytes{0x14}; }, 1s));

  header.command = Command::udp;
  header.destination = peer.endpoint();
  request.clear();
  encode_request_header(header, request);
  append(request, Bytes{0, 2, 'h', 'i'});
  auto& channel = world.connect_to_server();
  channel.send(request);
  ASSERT_TRUE(world.run_until([&] { return peer.received("hi"); }, 1s));
  EXPECT_EQ(world.server().external_ports(), std::vector{peer.last_source()});
  peer.send_to(peer.last_source(), "yo");
  const Bytes expected{0, 2, 'y', 'o'};
  ASSERT_TRUE(world.run_until([&] { return channel.received() == expected; }, 1s));

  crumfurs.close_clean();
  ASSERT_TRUE(world.run_until([&] { return channel.ended(); }, 1s));
  world.finish();
  EXPECT_TRUE(world.findings().empty());
}

TEST(World, AClientIsAnsweredByHand) {
  World world{1};
  auto& server = world.fake_server();
  ClientSettings one_at_a_time;
  one_at_a_time.limits.ready_connections = 0;
  auto& client = world.client_against(server, one_at_a_time);
  auto& peer = world.peer();
  client.udp().send_to(peer, "ping");
  ASSERT_TRUE(world.run_until([&] { return server.waiting() == 1; }, 1s));
  auto& crumfurs = *server.accept();
  ASSERT_TRUE(
      world.run_until([&] { return parse_request_header(crumfurs.received()).parsed(); }, 1s));
  EXPECT_EQ(parse_request_header(crumfurs.received()).value().command, Command::crumfurs);
  crumfurs.send(Bytes{kCrumfursEstablished});
  ASSERT_TRUE(world.run_until([&] { return server.waiting() == 1; }, 1s));
  auto& channel = *server.accept();
  ASSERT_TRUE(world.run_until([&] { return channel.received().size() >= 6; }, 1s));

  Bytes message = to_bytes(umfurs_head(peer.endpoint(), 5).view());
  append(message, as_bytes("hello"));
  crumfurs.send(message);
  ASSERT_TRUE(world.run_until([&] { return client.udp().received(from(peer, "hello")); }, 1s));
  crumfurs.cut();
  ASSERT_TRUE(world.run_until([&] { return server.waiting() == 1; }, 15s));
}

TEST(World, ANeighbourHasItsOwnAddress) {
  World world{1};
  auto& client = world.client();
  auto& app = client.open_udp({.ip = client.new_neighbour(), .credentials = {}});
  ASSERT_TRUE(world.run_until([&] { return app.ready(); }, 1s));
  EXPECT_EQ(app.relay().ip, client.listening().ip);
  EXPECT_NE(app.endpoint().ip, client.listening().ip);
  auto& foreign = world.socket_beside(client, client.new_neighbour());
  foreign.send_to(app.relay(), "not mine to use");
  world.run_for(1s);
  EXPECT_EQ(client.core().counters().dropped_foreign, 1u);
}

TEST(World, CredentialsAreAskedFor) {
  World world{1};
  ClientSettings settings;
  settings.credentials = {{"user", "secret"}};
  auto& client = world.client({}, settings);
  auto& known = client.open_udp({.ip = {}, .credentials = socks5::Credentials{"user", "secret"}});
  auto& wrong = client.open_udp({.ip = {}, .credentials = socks5::Credentials{"user", "guess"}});
  auto& none = client.open_udp();
  world.run_for(1s);
  EXPECT_TRUE(known.ready());
  EXPECT_EQ(wrong.state(), UdpApp::State::refused);
  EXPECT_EQ(none.state(), UdpApp::State::refused);
}

TEST(World, PortsAreNotReusedSoon) {
  World world{1};
  auto& client = world.client();
  auto& peer = world.peer();
  std::set<Endpoint> seen;
  for (int i = 0; i < 200; ++i) {
    auto& app = client.open_udp();
    app.send_to(peer, std::to_string(i));
    ASSERT_TRUE(world.run_until([&] { return peer.received(std::to_string(i)); }, 1s));
    EXPECT_TRUE(seen.insert(peer.last_source()).second);
    app.quit();
  }
}

TEST(World, AnUnjudgedWorldNotesOnlyItsStory) {
  World world{1, {.judged = false}};
  world.server().tamper([](const server::Action&) { return std::vector<server::Action>{}; });
  auto& client = world.client();
  client.udp().send_to(world.peer(), "ping");
  world.run_for(1s);
  EXPECT_TRUE(world.findings().empty());
  EXPECT_FALSE(world.expect(false, "something"));
  EXPECT_EQ(world.findings().all().size(), 1u);
}

std::uint64_t hash_of_a_life(std::uint64_t seed, bool shuffled) {
  World world{seed, {.shuffle_ties = shuffled}};
  Features features;
  features.steps = 150;
  play(world, draw_life(seed, features));
  world.finish();
  EXPECT_TRUE(world.findings().empty()) << "seed " << seed;
  return world.trace_hash();
}

TEST(World, OneSeedIsOneRun) {
  std::set<std::uint64_t> hashes;
  for (std::uint64_t seed = 100; seed < 105; ++seed) {
    const auto plain = hash_of_a_life(seed, false);
    const auto shuffled = hash_of_a_life(seed, true);
    EXPECT_EQ(plain, hash_of_a_life(seed, false));
    EXPECT_EQ(shuffled, hash_of_a_life(seed, true));
    hashes.insert({plain, shuffled});
  }
  EXPECT_EQ(hashes.size(), 10u);
}

}  // namespace
}  // namespace fullcone::sim
