// A life on the network drawn from the seed: apps on several clients that open, send, quit and
// crash; peers that answer and strangers that write to every port they have heard of; streams cut,
// clients and servers restarted, links turned bad and good again. Every payload is unique, so that
// the ledger can tell whose it is.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "base/random.hpp"
#include "simulator/world.hpp"

namespace fullcone::sim {

struct WorkloadSettings {
  std::size_t clients = 2;
  std::size_t apps = 6;  // at once
  std::size_t peers = 5;
  unsigned steps = 300;
  Duration most_pause = 100ms;  // between two steps
  Duration long_pause = 0s;     // now and then instead, at most
  double faults = 0.08;         // of the steps
  double server_restarts = 0.003;
  double v0 = 0.1;  // of the clients
  ClientLimits client_limits{};
  LinkSettings client_link{.delay = 20ms, .jitter = 10ms, .loss = 0.02};
  LinkSettings peer_link{
      .delay = 10ms, .jitter = 5ms, .loss = 0.02, .duplication = 0.02, .reordering = 0.02};
};

class Workload {
 public:
  // Populates `world`, which outlives it.
  Workload(World& world, const WorkloadSettings& settings);

  // All steps, and the virtual time that they take.
  void live();
  // The faults are over: every app that is still there reaches a peer within `limit`; false: not.
  bool heals(Duration limit);

 private:
  void step();
  void rest();
  void fault();
  void harm(StreamEnd& end);
  void app_sends();
  void peer_sends();
  void open_app();
  void end_app();
  void use_tcp();
  Bytes payload();
  std::vector<UdpApp*> living_apps();
  std::vector<Endpoint> known_ports();
  ClientNode& any_client() { return *clients_[random_.below(clients_.size())]; }
  Peer& any_peer() { return *peers_[random_.below(peers_.size())]; }

  World& world_;
  WorkloadSettings settings_;
  Random random_;
  std::vector<ClientNode*> clients_;
  std::vector<Peer*> peers_;
  TcpTarget* target_ = nullptr;
  std::uint64_t payloads_ = 0;
};

}  // namespace fullcone::sim
