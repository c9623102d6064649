// The client's orders as a test names them, and as they came.
#pragma once

#include "base/overloaded.hpp"
#include "core/client_actions.hpp"
#include "core/testing/orders.hpp"

namespace fullcone {

inline Order connect(ConnectionId id) { return order("connect", id); }
inline Order write_server(ConnectionId id, const Octets& octets) {
  return order("write server", id, octets);
}
inline Order half_close_server(ConnectionId id) { return order("half-close server", id); }
inline Order close_server(ConnectionId id, CloseKind kind = CloseKind::clean) {
  return order("close server", id, kind);
}
inline Order write_local(LocalId id, const Octets& octets) {
  return order("write local", id, octets);
}
inline Order half_close_local(LocalId id) { return order("half-close local", id); }
inline Order close_local(LocalId id, CloseKind kind = CloseKind::clean) {
  return order("close local", id, kind);
}
inline Order pause_local(LocalId id) { return order("pause local", id); }
inline Order resume_local(LocalId id) { return order("resume local", id); }
inline Order splice(LocalId local, ConnectionId connection) {
  return order("splice", local, "with", connection);
}
inline Order open_relay(LocalId id, const IpAddress& address) {
  return order("open relay", id, "on", address);
}
inline Order send_to_app(LocalId id, const Endpoint& app, const Octets& datagram) {
  return order("send to app", id, "at", app, datagram);
}
inline Order close_relay(LocalId id) { return order("close relay", id); }

inline Order in_words(const client::Action& action) {
  return std::visit(
      Overloaded{
          [](const client::Connect& a) { return connect(a.connection); },
          [](const client::WriteServer& a) {
            return write_server(a.connection, to_bytes(a.head.view()) + a.payload);
          },
          [](const client::HalfCloseServer& a) { return half_close_server(a.connection); },
          [](const client::CloseServer& a) { return close_server(a.connection, a.kind); },
          [](const client::WriteLocal& a) { return write_local(a.local, a.bytes); },
          [](const client::HalfCloseLocal& a) { return half_close_local(a.local); },
          [](const client::CloseLocal& a) { return close_local(a.local, a.kind); },
          [](const client::PauseLocal& a) { return pause_local(a.local); },
          [](const client::ResumeLocal& a) { return resume_local(a.local); },
          [](const client::Splice& a) { return splice(a.local, a.connection); },
          [](const client::OpenRelay& a) { return open_relay(a.local, a.address); },
          [](const client::SendToApp& a) {
            return send_to_app(a.local, a.app, to_bytes(a.head.view()) + a.payload);
          },
          [](const client::CloseRelay& a) { return close_relay(a.local); },
      },
      action);
}

}  // namespace fullcone
