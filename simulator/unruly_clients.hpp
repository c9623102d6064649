// Clients that nobody has tested, spoken by hand and drawn from the seed: requests of every kind
// and none, cut anywhere; sessions shared and stolen, channels piled on one destination, octets
// where none may be; streams left, half-closed, cut and not read. The reference model says what the
// server has to make of it.
#pragma once

#include <cstdint>
#include <vector>

#include "base/random.hpp"
#include "simulator/unruly_requests.hpp"
#include "simulator/world.hpp"

namespace fullcone::sim {

struct UnrulySettings {
  std::size_t streams = 24;  // at once
  std::size_t peers = 4;
  unsigned steps = 400;
};

class UnrulyClients {
 public:
  // Populates `world`, which outlives it and has no server yet.
  UnrulyClients(World& world, const UnrulySettings& settings);

  // All steps, and the virtual time that they take.
  void live();

 private:
  void step();
  void open_stream();
  void speak(RawStream& stream);
  void leave(RawStream& stream);
  void peer_sends();
  void rest();
  RequestPlan request();
  Destination target();
  Destination destination();
  Bytes frames();
  std::vector<RawStream*> open_streams();
  Peer& any_peer() { return *peers_[random_.below(peers_.size())]; }

  World& world_;
  UnrulySettings settings_;
  Random random_;
  ServerNode* server_ = nullptr;
  std::vector<RawStream*> streams_;
  std::vector<Peer*> peers_;
  std::vector<TcpTarget*> targets_;  // of every manner
};

}  // namespace fullcone::sim
