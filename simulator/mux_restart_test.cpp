// A server restarts under a thousand clients of mux: they come back by themselves, spread over
// time, and their associations go on (MUX-1). The reference model knows nothing of mux: the world
// is unjudged.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "simulator/world.hpp"

namespace fullcone::sim {
namespace {

constexpr std::size_t kClients = 1000;

class Crowd {
 public:
  Crowd() : server_(world_.server({}, {world_.new_user("crowd")})), peer_(world_.peer()) {
    ClientSettings settings;
    settings.udp = UdpMode::mux;
    for (std::size_t i = 0; i < kClients; ++i) {
      clients_.push_back(&world_.client({.delay = 20ms}, settings));
      clients_.back()->udp().send_to(peer_.endpoint(), "hi");
    }
    world_.run_for(2s);
    EXPECT_EQ(server_.core().connections(), kClients);
  }

  // Runs until all are back; the largest number that the server accepted within 100 ms.
  std::size_t peak_until_back() {
    std::size_t peak = 0;
    std::uint64_t before = server_.core().counters().connections_accepted;
    for (int i = 0; i < 150 && server_.core().connections() < kClients; ++i) {
      world_.run_for(100ms);
      const std::uint64_t accepted = server_.core().counters().connections_accepted;
      peak = std::max<std::size_t>(peak, accepted - std::exchange(before, accepted));
    }
    EXPECT_EQ(server_.core().connections(), kClients);
    return peak;
  }

  std::uint64_t most_attempts() const {
    std::uint64_t most = 0;
    for (const auto* const client : clients_) {
      most = std::max(most, client->core().counters().mux_lost);
    }
    return most;
  }
  void expect_associations_go_on() {
    const std::size_t before = peer_.received().size();
    for (auto* const client : clients_) client->udp().send_to(peer_.endpoint(), "again");
    world_.run_for(1s);
    EXPECT_EQ(peer_.received().size() - before, kClients);
  }

  World& world() { return world_; }
  ServerNode& server() { return server_; }

 private:
  World world_{1, {.judged = false}};
  ServerNode& server_;
  Peer& peer_;
  std::vector<ClientNode*> clients_;
};

TEST(MuxRestart, AtOnceIsNoStorm) {
  Crowd crowd;
  crowd.server().restart();
  EXPECT_LE(crowd.peak_until_back(), kClients / 5);
  EXPECT_EQ(crowd.most_attempts(), 1u);
  crowd.expect_associations_go_on();
}

TEST(MuxRestart, AfterAnOutageIsNoStorm) {
  Crowd crowd;
  crowd.server().crash();
  crowd.world().run_for(10s);
  EXPECT_LE(crowd.most_attempts(), 10u);
  crowd.server().start();
  EXPECT_LE(crowd.peak_until_back(), kClients / 5);
  crowd.expect_associations_go_on();
}

}  // namespace
}  // namespace fullcone::sim
