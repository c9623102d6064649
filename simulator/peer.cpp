#include "simulator/peer.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace fullcone::sim {

Peer::Peer(Network& network, const Endpoint& endpoint) : network_(network), endpoint_(endpoint) {
  bind();
}

void Peer::bind() {
  [[maybe_unused]] const bool bound = network_.bind(
      endpoint_,
      [this](const Endpoint& source, ByteView payload) { on_datagram(source, payload); });
  assert(bound);
}

void Peer::send_to(const Endpoint& to, ByteView payload) { network_.send(endpoint_, to, payload); }

void Peer::close() { network_.unbind(endpoint_); }

void Peer::move_to(const Endpoint& endpoint) {
  close();
  endpoint_ = endpoint;
  bind();
}

std::size_t Peer::count(ByteView payload) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      received_, [&](const Datagram& got) { return std::ranges::equal(got.payload, payload); }));
}

std::optional<Datagram> Peer::take() {
  if (taken_ == received_.size()) return std::nullopt;
  return received_[taken_++];
}

void Peer::echo() {
  behave([](Peer& self, const Datagram& got) { self.send_to(got.source, got.payload); });
}

void Peer::on_datagram(const Endpoint& source, ByteView payload) {
  received_.push_back({source, to_bytes(payload), network_.now()});
  if (behaviour_) behaviour_(*this, Datagram(received_.back()));
}

}  // namespace fullcone::sim
