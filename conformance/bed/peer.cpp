#include "conformance/bed/peer.hpp"

#include <algorithm>
#include <utility>

namespace fullcone::conformance {

Peer::Peer(Bed& bed, std::unique_ptr<UdpPort> port, const std::string& kind)
    : state_(std::make_shared<State>(State{bed, std::move(port), {}})) {
  state_->name =
      kind + ' ' + std::to_string(bed.next_number(kind)) + " (" + endpoint().to_string() + ')';
}

void Peer::send_to(const Endpoint& external_port, std::string_view payload) const {
  state_->bed.sent(name(), describe(payload) + " to " + describe(external_port), payload);
  state_->port->send_to(external_port, as_bytes(payload));
}

Datagram Peer::receive() const {
  if (!state_->bed.wait_until([&] { return unread() != 0; })) {
    throw Unmet{"a datagram at " + name(), "none", "", true};
  }
  Datagram datagram = state_->port->received()[state_->taken++];
  state_->bed.received(name(), describe(datagram), datagram.payload);
  return datagram;
}

Endpoint Peer::receive_from(std::string_view payload) const {
  const Datagram datagram = receive();
  if (datagram.payload != payload) {
    throw Unmet{describe(payload) + " at " + name(), describe(datagram), ""};
  }
  return datagram.source;
}

std::optional<Datagram> Peer::got(std::string_view payload) const {
  const auto found = std::ranges::find(received(), payload, &Datagram::payload);
  if (found == received().end()) return std::nullopt;
  return *found;
}

Peer::operator Party() const {
  const Peer peer = *this;
  return {name(),
          [peer]() -> std::optional<std::string> {
            if (peer.unread() == 0) return std::nullopt;
            return describe(peer.received()[peer.state_->taken]);
          },
          [peer] { ++peer.state_->taken; },
          {}};
}

}  // namespace fullcone::conformance
