// A STUN server as RFC 5780 wants it: two IP addresses with two ports each, and answers from
// whichever of the four CHANGE-REQUEST asks for.
#pragma once

#include <array>

#include "simulator/peers/stun_message.hpp"
#include "simulator/world.hpp"

namespace fullcone::sim {

class StunServer {
 public:
  explicit StunServer(World& world);
  // With `first` as its first address and port; the next port is free.
  StunServer(World& world, Peer& first);

  const Endpoint& endpoint() const { return sockets_[0][0]->endpoint(); }
  // The address and port that OTHER-ADDRESS names to who has asked endpoint().
  const Endpoint& other_endpoint() const { return sockets_[1][1]->endpoint(); }

 private:
  void answer(std::size_t ip, std::size_t port, const Datagram& got);

  std::array<std::array<Peer*, 2>, 2> sockets_{};  // by address, by port
};

}  // namespace fullcone::sim
