// Apps that nobody has tested, spoken by hand to one client and drawn from the seed: handshakes in
// one piece, with right, wrong and no credentials; octets behind a CONNECT before its reply; relays
// written to from other ports and by neighbours, with fragments and nonsense. ReferenceClient says
// what the client has to make of it.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "simulator/world.hpp"

namespace fullcone::sim {

class UnrulyApps {
 public:
  // Populates `world`, which outlives it and has no server yet.
  UnrulyApps(World& world, unsigned steps);

  // All steps, and the virtual time that they take.
  void live();

 private:
  struct App {
    RawStream* control = nullptr;
    IpAddress ip;
    std::vector<Peer*> sockets;  // the first is its own
  };

  void step();
  void open_app();
  void connect();
  void speak(App& app);
  void leave(App& app);
  Bytes greeting();
  Bytes datagram();

  World& world_;
  unsigned steps_;
  Random random_;
  ClientNode* client_ = nullptr;
  IpAddress neighbour_;
  std::vector<App> apps_;
  std::vector<Peer*> peers_;
  TcpTarget* target_ = nullptr;
};

}  // namespace fullcone::sim
