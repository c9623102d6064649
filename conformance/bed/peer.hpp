// A remote UDP endpoint, as the server's external ports see one. A handle: copies are the same
// peer.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "conformance/bed/bed.hpp"

namespace fullcone::conformance {

class Peer {
 public:
  Peer(Bed& bed, std::unique_ptr<UdpPort> port);

  Endpoint endpoint() const { return state_->port->endpoint(); }
  void send_to(const Endpoint& external_port, std::string_view payload) const;
  // The next datagram; ends the case when none comes.
  Datagram receive() const;
  // The next datagram, which must be `payload`; returns the external port that it came from.
  Endpoint receive_from(std::string_view payload) const;
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

}  // namespace fullcone::conformance
