// The server's orders as a test names them, and as they came.
#pragma once

#include <string>
#include <string_view>

#include "base/overloaded.hpp"
#include "core/server_actions.hpp"
#include "core/testing/orders.hpp"

namespace fullcone {

// By the connection's number alone where it is that of its one target or name.
inline std::string in_words(const TargetId& id) {
  const std::string connection = in_words(id.connection);
  return id.stream == mux::kConnection ? connection : connection + "/" + in_words(id.stream);
}
inline std::string in_words(const LookupId& id) {
  const std::string stream = in_words(TargetId(id.connection, id.stream));
  return id.number == 0 ? stream : stream + "/" + std::to_string(id.number);
}

inline Order write(ConnectionId id, const Octets& octets) { return order("write", id, octets); }
inline Order half_close(ConnectionId id) { return order("half-close", id); }
inline Order close(ConnectionId id, CloseKind kind = CloseKind::clean) {
  return order("close", id, kind);
}
inline Order pause(ConnectionId id) { return order("pause", id); }
inline Order resume(ConnectionId id) { return order("resume", id); }
inline Order hand_over(ConnectionId id, unsigned shard) {
  return order("hand over", id, "to shard", std::to_string(shard));
}
inline Order resolve(LookupId id, std::string_view host) { return order("resolve", id, host); }
inline Order dial(TargetId id, const Endpoint& target) { return order("dial", id, target); }
inline Order write_target(TargetId id, const Octets& octets) {
  return order("write target", id, octets);
}
inline Order pause_target(TargetId id) { return order("pause target", id); }
inline Order resume_target(TargetId id) { return order("resume target", id); }
inline Order half_close_target(TargetId id) { return order("half-close target", id); }
inline Order close_target(TargetId id, CloseKind kind = CloseKind::clean) {
  return order("close target", id, kind);
}
inline Order open_mapping(MappingId id, Family family = Family::ipv4) {
  return order("open mapping", id, family);
}
inline Order send(MappingId from, const Endpoint& to, const Octets& payload) {
  return order("send from", from, "to", to, payload);
}
inline Order close_mapping(MappingId id) { return order("close mapping", id); }

inline Order in_words(const server::Action& action) {
  return std::visit(
      Overloaded{
          [](const server::Write& a) {
            return write(a.connection, to_bytes(a.head.view()) + a.payload);
          },
          [](const server::HalfClose& a) { return half_close(a.connection); },
          [](const server::Close& a) { return close(a.connection, a.kind); },
          [](const server::PauseReading& a) { return pause(a.connection); },
          [](const server::ResumeReading& a) { return resume(a.connection); },
          [](const server::HandOver& a) { return hand_over(a.connection, a.shard); },
          [](const server::Resolve& a) { return resolve(a.lookup, a.host); },
          [](const server::DialTarget& a) { return dial(a.target, a.endpoint); },
          [](const server::WriteTarget& a) { return write_target(a.target, a.bytes); },
          [](const server::PauseTarget& a) { return pause_target(a.target); },
          [](const server::ResumeTarget& a) { return resume_target(a.target); },
          [](const server::HalfCloseTarget& a) { return half_close_target(a.target); },
          [](const server::CloseTarget& a) { return close_target(a.target, a.kind); },
          [](const server::OpenMapping& a) { return open_mapping(a.mapping, a.family); },
          [](const server::SendDatagram& a) { return send(a.mapping, a.destination, a.payload); },
          [](const server::CloseMapping& a) { return close_mapping(a.mapping); },
      },
      action);
}

}  // namespace fullcone
