// Two sockets behind NATs that find a way to each other: UDP hole punching with a rendezvous
// server, RFC 5128 section 3.3. Words on the wire: "join ROOM", "meet ENDPOINT", "punch", "open".
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "simulator/peers/any_socket.hpp"
#include "simulator/world.hpp"

namespace fullcone::sim {

// Tells the first two that join a room of each other, by the endpoints that it sees.
class Rendezvous {
 public:
  explicit Rendezvous(World& world);
  Rendezvous(World& world, Peer& peer);  // `peer` becomes one
  const Endpoint& endpoint() const { return peer_.endpoint(); }

 private:
  void on_datagram(const Datagram& got);

  Peer& peer_;
  std::map<std::string, std::vector<Endpoint>> rooms_;
};

// Joins, and when told of the other one writes to it until both ways are open. Lives in the world
// (World::add), where it tries for some seconds, and takes what its socket receives.
class HolePuncher {
 public:
  // Whether it has to do with somebody there at all; empty: with everybody.
  using Filter = std::function<bool(const Endpoint& other)>;

  HolePuncher(World& world, AnySocket socket, const Endpoint& rendezvous, std::string room,
              Filter filter = {});

  // The other one has been heard, and has heard.
  bool through() const { return through_; }
  // Where the other one is, as far as this one knows.
  const std::optional<Endpoint>& far() const { return far_; }

 private:
  void tick();
  void on_datagram(const Datagram& got);
  bool takes(const Endpoint& other) const { return !filter_ || filter_(other); }
  void say(const Endpoint& to, std::string_view words) { socket_.send_to(to, as_bytes(words)); }

  World& world_;
  AnySocket socket_;
  Endpoint rendezvous_;
  std::string room_;
  Filter filter_;
  std::optional<Endpoint> far_;
  bool through_ = false;
  unsigned ticks_ = 0;
};

}  // namespace fullcone::sim
