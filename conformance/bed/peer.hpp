// A UDP endpoint of the suite's: a remote one, as external ports see it, or one behind a NAT. A
// handle: copies are the same peer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/bed/bed.hpp"

namespace fullcone::conformance {

class Peer {
 public:
  // `kind`: what the journal calls it.
  Peer(Bed& bed, std::unique_ptr<UdpPort> port, const std::string& kind = "peer");

  Endpoint endpoint() const { return state_->port->endpoint(); }
  void send_to(const Endpoint& external_port, std::string_view payload) const;
  // The next datagram; ends the case when none comes.
  Datagram receive() const;
  // The next datagram, which must be `payload`; returns the external port that it came from.
  Endpoint receive_from(std::string_view payload) const;
  // Whichever came with this payload, taken or not.
  std::optional<Datagram> got(std::string_view payload) const;
  // How many came and were not taken.
  std::size_t unread() const { return state_->port->received().size() - state_->taken; }
  // Everything that ever came, taken or not.
  const std::vector<Datagram>& received() const { return state_->port->received(); }

  operator Party() const;
  const std::string& name() const { return state_->name; }
  UdpPort& port() const { return *state_->port; }

 private:
  struct State {
    Bed& bed;
    std::unique_ptr<UdpPort> port;
    std::string name;
    std::size_t taken = 0;
  };
  std::shared_ptr<State> state_;
};

// One that has a name.
struct Named {
  Peer peer;
  std::string name;
};

}  // namespace fullcone::conformance
