// A DNS server that an app can ask over UDP: answers from the world's zone, as late, as rotated and
// as broken as the zone says.
#pragma once

#include "simulator/peers/dns_message.hpp"
#include "simulator/world.hpp"

namespace fullcone::sim {

class DnsServer {
 public:
  explicit DnsServer(World& world);
  DnsServer(World& world, Peer& peer);  // `peer` becomes one
  const Endpoint& endpoint() const { return peer_.endpoint(); }

 private:
  void answer(const dns::Question& question, const Endpoint& to);

  World& world_;
  Peer& peer_;
};

}  // namespace fullcone::sim
