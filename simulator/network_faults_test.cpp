// What befalls the network as a whole, as peers find it.
#include <gtest/gtest.h>

#include "simulator/world.hpp"

namespace fullcone::sim {
namespace {

TEST(Partition, LosesDatagramsAcrossItAndNoOthers) {
  World world{1};
  auto peers = world.peers(3);
  const auto host = [&](Peer* peer) { return world.network().host_of(peer->endpoint().ip); };
  world.network().partition({host(peers[0]), host(peers[1])}, 10s);
  peers[0]->send_to(peers[1]->endpoint(), "same side");
  peers[0]->send_to(peers[2]->endpoint(), "other side");
  peers[2]->send_to(peers[1]->endpoint(), "other side");
  world.run_for(10s);
  EXPECT_TRUE(peers[1]->received("same side"));
  EXPECT_FALSE(peers[1]->received("other side"));
  EXPECT_TRUE(peers[2]->received().empty());
  peers[0]->send_to(peers[2]->endpoint(), "healed");
  world.run_for(1s);
  EXPECT_TRUE(peers[2]->received("healed"));
}

TEST(Partition, MayLieBetweenAHostAndItsNat) {
  World world{1};
  auto& inside = world.peer(world.nat());
  auto& remote = world.peer();
  inside.send_to(remote.endpoint(), "before");
  world.run_for(1s);
  world.network().partition({world.network().host_of(inside.endpoint().ip)}, 10s);
  remote.send_to(remote.last_source(), "inward");
  inside.send_to(remote.endpoint(), "outward");
  world.run_for(10s);
  EXPECT_TRUE(inside.received().empty());
  EXPECT_FALSE(remote.received("outward"));
  remote.send_to(remote.last_source(), "healed");
  world.run_for(1s);
  EXPECT_TRUE(inside.received("healed"));
}

TEST(Partition, LeavesNeighboursOfOneSiteTogether) {
  World world{1};
  auto& client = world.client();
  auto& app = client.open_udp({.ip = client.new_neighbour(), .credentials = {}});
  world.network().partition({&client.host()}, 10s);
  world.run_for(1s);
  EXPECT_TRUE(app.ready());
}

TEST(Link, MayLoseOneWayOnly) {
  World world{1};
  auto& deaf = world.peer();
  auto& other = world.peer();
  world.network().host_of(deaf.endpoint().ip)->inward = LinkSettings{.loss = 1};
  deaf.send_to(other.endpoint(), "can you hear me?");
  other.send_to(deaf.endpoint(), "yes");
  world.run_for(1s);
  EXPECT_TRUE(other.received("can you hear me?"));
  EXPECT_TRUE(deaf.received().empty());
}

TEST(Roaming, APeerIsReachedWhereItIsNow) {
  World world{1};
  auto& peer = world.peer();
  auto& other = world.peer();
  const Endpoint old = peer.endpoint();
  world.roam(peer);
  EXPECT_NE(peer.endpoint(), old);
  other.send_to(old, "old");
  other.send_to(peer.endpoint(), "new");
  world.run_for(1s);
  EXPECT_FALSE(peer.received("old"));
  EXPECT_TRUE(peer.received("new"));
}

TEST(Roaming, AClientComesBackFromItsNewAddress) {
  World world{1};
  Router& home = world.nat();
  Router& away = world.nat();
  auto& client = world.client(home);
  auto& peer = world.peer();
  peer.echo();
  client.udp().send_to(peer, "at home");
  ASSERT_TRUE(world.run_until([&] { return client.udp().received(from(peer, "at home")); }, 1s));
  world.roam(client, &away);
  world.run_for(KeepAlive{}.dead_after() + 1s);
  client.udp().send_to(peer, "away");
  ASSERT_TRUE(world.run_until([&] { return client.udp().received(from(peer, "away")); }, 5s));
  for (const auto& end : client.server_streams()) {
    EXPECT_EQ(end->local().ip, away.external_addresses().front());
  }
}

TEST(Roaming, TheNeighboursComeWithTheirClient) {
  World world{1};
  Router& home = world.nat();
  Router& away = world.nat();
  auto& client = world.client(home);
  auto& beside = world.socket_beside(client, client.new_neighbour());
  auto& peer = world.peer();
  for (Router* const router : {&home, &away}) {
    if (router == &away) world.roam(client, &away);
    beside.send_to(peer.endpoint(), "hello");
    world.run_for(1s);
    ASSERT_FALSE(peer.received().empty());
    EXPECT_EQ(peer.last_source().ip, router->external_addresses().front());
  }
}

TEST(NatRestart, SilencesTheStreamsThroughIt) {
  World world{1};
  Router& nat = world.nat();
  auto& behind = world.client(nat);
  auto& beside = world.client();
  for (auto* client : {&behind, &beside}) client->udp().send_to(world.peer(), "ping");
  world.run_for(1s);
  world.network().restart(nat);
  world.run_for(KeepAlive{}.dead_after());
  EXPECT_EQ(behind.core().counters().crumfurs_lost, 1u);
  EXPECT_EQ(beside.core().counters().crumfurs_lost, 0u);
}

}  // namespace
}  // namespace fullcone::sim
