// Finds out what the NAT before a socket does, with a STUN server: RFC 5780 section 4. The socket
// may be a peer's own or an app's behind the proxy, whose server is then the NAT that is found.
#pragma once

#include <optional>

#include "simulator/nat_behaviour.hpp"
#include "simulator/peers/any_socket.hpp"
#include "simulator/peers/stun_message.hpp"
#include "simulator/world.hpp"

namespace fullcone::sim {

struct DiscoveredNat {
  Endpoint mapped;      // what the server's first address sees
  bool present = true;  // false: the socket's own endpoint, nothing translates
  Dependence mapping{};
  Dependence filtering{};
};

class NatDiscovery {
 public:
  NatDiscovery(World& world, AnySocket socket)
      : world_(world),
        socket_(socket),
        random_(world.random("stun " + socket.local().to_string())) {}

  // All tests, one after another, which takes virtual time. Nullopt: the server does not answer.
  // Precondition: the socket has sent nothing to the server yet.
  std::optional<DiscoveredNat> run(const Endpoint& server);
  // One Binding transaction; nullopt: no answer to any of its requests.
  std::optional<stun::Message> ask(const Endpoint& server, stun::Change change = {});

 private:
  std::optional<Dependence> find_mapping(const Endpoint& server, const stun::Message& first);
  Dependence find_filtering(const Endpoint& server);

  World& world_;
  AnySocket socket_;
  Random random_;
};

}  // namespace fullcone::sim
