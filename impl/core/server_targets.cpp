// Who has a TCP target or asked for a name, a relay or a stream of a mux connection: what the
// driver tells of it goes there.
#include <utility>

#include "core/server.hpp"

namespace fullcone {

ServerTcpRelay* Server::find_relay(ConnectionId id) {
  Connection* const connection = find(id);
  if (connection == nullptr) return nullptr;
  auto* const relay = std::get_if<Boxed<ServerTcpRelay>>(&connection->role);
  return relay == nullptr ? nullptr : relay->get();
}

ServerMux* Server::find_mux(ConnectionId id) {
  Connection* const connection = find(id);
  if (connection == nullptr) return nullptr;
  auto* const mux = std::get_if<Boxed<ServerMux>>(&connection->role);
  return mux == nullptr ? nullptr : mux->get();
}

template <class RelayFact, class MuxFact>
void Server::tell_owner(TargetId id, ServerActions& out, RelayFact to_relay, MuxFact to_mux) {
  const std::size_t from = out.size();
  if (auto* const relay = find_relay(id.connection)) {
    to_relay(*relay);
    settle_relay(id.connection, out, from);
  } else if (auto* const mux = find_mux(id.connection)) {
    to_mux(*mux);
    settle_mux(id.connection, out, from);
  }
}

void Server::on_resolved(LookupId lookup, std::span<const IpAddress> addresses, TimePoint now,
                         ServerActions& out) {
  Connection* const connection = find(lookup.connection);
  if (connection == nullptr) return;
  if (std::holds_alternative<Boxed<OpeningChannel>>(connection->role)) {
    return on_channel_resolved(lookup.connection, *connection, addresses, now, out);
  }
  tell_owner(
      {lookup.connection, lookup.stream}, out,
      [&](ServerTcpRelay& relay) { relay.on_resolved(addresses, now, out); },
      [&](ServerMux& mux) { mux.on_resolved(lookup, addresses, now, out); });
}

void Server::on_target_connected(TargetId id, TimePoint now, ServerActions& out) {
  tell_owner(
      id, out, [&](ServerTcpRelay& relay) { relay.on_target_connected(out); },
      [&](ServerMux& mux) { mux.on_target_connected(id.stream, now, out); });
}

void Server::on_target_failed(TargetId id, TimePoint now, ServerActions& out) {
  tell_owner(
      id, out, [&](ServerTcpRelay& relay) { relay.on_target_failed(now, out); },
      [&](ServerMux& mux) { mux.on_target_failed(id.stream, now, out); });
}

void Server::on_target_bytes(TargetId id, ByteView bytes, TimePoint now, ServerActions& out) {
  if (auto* const relay = find_relay(id.connection)) {
    relay->on_target_bytes(bytes, out);
  } else if (auto* const mux = find_mux(id.connection)) {
    mux->on_target_bytes(id.stream, bytes, now, out);
  }
}

void Server::on_target_end_of_stream(TargetId id, TimePoint now, ServerActions& out) {
  tell_owner(
      id, out, [&](ServerTcpRelay& relay) { relay.on_target_end_of_stream(out); },
      [&](ServerMux& mux) { mux.on_target_end_of_stream(id.stream, now, out); });
}

std::optional<ConnectionId> Server::on_target_written(TargetId id, std::size_t octets) {
  if (id.stream == mux::kConnection) return std::nullopt;  // a relay's, held back by the driver
  ServerMux* const mux = find_mux(id.connection);
  if (mux == nullptr || !mux->on_target_written(id.stream, octets)) return std::nullopt;
  return id.connection;
}

void Server::on_target_lost(TargetId id, TimePoint now, ServerActions& out) {
  tell_owner(
      id, out, [&](ServerTcpRelay& relay) { relay.on_target_lost(out); },
      [&](ServerMux& mux) { mux.on_target_lost(id.stream, now, out); });
}

void Server::settle_relay(ConnectionId id, const ServerActions& out, std::size_t from) {
  settle(out, from);
  if (auto* const relay = find_relay(id)) set_alarm(id, *find(id), relay->deadline());
}

void Server::settle_mux(ConnectionId id, ServerActions& out, std::size_t from) {
  ServerMux& mux = *find_mux(id);
  settle(out, from, &mux);
  if (mux.broken()) {
    end_mux(mux, out);
    return close(id, out);
  }
  set_alarm(id, *find(id), mux.next_deadline());
}

// Before its connection is closed or forgotten.
void Server::end_mux(ServerMux& mux, ServerActions& out) {
  const std::size_t from = out.size();
  mux.end(out);
  settle(out, from);
}

}  // namespace fullcone
