// A UDP socket of either kind, for programs that do not care: a peer's own, or an app's behind the
// proxy.
#pragma once

#include <optional>
#include <utility>
#include <variant>

#include "simulator/peer.hpp"
#include "simulator/udp_app.hpp"

namespace fullcone::sim {

class AnySocket {
 public:
  // The socket outlives this.
  AnySocket(Peer& peer) : socket_(&peer) {}  // NOLINT(google-explicit-constructor)
  AnySocket(UdpApp& app) : socket_(&app) {}  // NOLINT(google-explicit-constructor)

  void send_to(const Endpoint& to, ByteView payload) const {
    std::visit([&](auto* socket) { socket->send_to(to, payload); }, socket_);
  }
  // What its own machine calls it.
  const Endpoint& local() const {
    return std::visit([](auto* socket) -> const Endpoint& { return socket->endpoint(); }, socket_);
  }
  // The oldest datagram not yet taken; those from a name are passed over.
  std::optional<Datagram> take() const {
    return std::visit([](auto* socket) { return take_from(*socket); }, socket_);
  }

 private:
  static std::optional<Datagram> take_from(Peer& peer) { return peer.take(); }
  static std::optional<Datagram> take_from(UdpApp& app) {
    while (auto got = app.take()) {
      if (const auto* const source = std::get_if<Endpoint>(&got->source)) {
        return Datagram{*source, std::move(got->payload), got->at};
      }
    }
    return std::nullopt;
  }

  std::variant<Peer*, UdpApp*> socket_;
};

}  // namespace fullcone::sim
