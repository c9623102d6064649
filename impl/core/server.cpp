#include "core/server.hpp"

#include <utility>

#include "base/overloaded.hpp"
#include "core/server_request.hpp"

namespace fullcone {

Server::Server(const ServerSettings& settings, UserDirectory& users, Shard shard,
               std::uint64_t hash_seed)
    : settings_(settings),
      users_(users),
      shard_(shard),
      hash_seed_(hash_seed),
      sessions_(0, SessionKeyHash{hash_seed}) {}

Server::~Server() {
  for (auto& [id, connection] : connections_) {
    connection.counted_in->give_back();
  }
  for (auto& [key, session] : sessions_) users_.sessions(key.user).give_back();
}

// ----- facts about a client's TLS connection

void Server::on_accepted(ConnectionId id, TimePoint now, ServerActions& out) {
  ++counters_.connections_accepted;
  if (!users_.unauthenticated().take(settings_.limits.unauthenticated_connections)) {
    ++counters_.connections_refused;
    out.push(server::Close{id});
    return;
  }
  auto& connection = connections_[id];
  connection = {std::make_unique<ReadingHeader>(), &users_.unauthenticated(), {}, {}};
  set_alarm(id, connection, now + settings_.limits.header_timeout);
}

void Server::on_adopted(ConnectionId id, server::ParkedRequest parked, TimePoint now,
                        ServerActions& out) {
  auto& connection = connections_[id];
  connection = {
      std::make_unique<ReadingHeader>(), &users_.connections(parked.user), parked.user, {}};
  begin({id, std::move(parked.header), std::move(parked.early), now}, connection, out);
}

void Server::on_bytes(ConnectionId id, ByteView bytes, TimePoint now, ServerActions& out) {
  Connection* const connection = find(id);
  if (connection == nullptr) return;
  std::visit(Overloaded{
                 [&](Boxed<ReadingHeader>&) { read_header(id, *connection, bytes, now, out); },
                 [&](Boxed<OpeningChannel>& opening) { append(opening->early, bytes); },
                 [&](Boxed<ServerTcpRelay>& relay) { relay->on_client_bytes(bytes, out); },
                 [&](Boxed<ServerV0Channel>& channel) { channel->on_bytes(bytes, now, out); },
                 [&](Boxed<Crumfurs>&) {  // CRUM-6: a violation counts as a cut
                   ++counters_.crumfurs_violations;
                   out.push(server::Close{id});
                   on_connection_lost(id, now, out);
                 },
                 [&](IsolatedChannel& isolated) {
                   isolated.session->on_channel_bytes(*isolated.channel, bytes, now, out);
                 },
                 [&](Boxed<ServerMux>& mux) {
                   const std::size_t from = out.size();
                   mux->on_bytes(bytes, now, out);
                   settle_mux(id, out, from);
                 },
             },
             connection->role);
}

void Server::on_end_of_stream(ConnectionId id, TimePoint now, ServerActions& out) {
  Connection* const connection = find(id);
  if (connection == nullptr) return;
  const std::size_t from = out.size();
  std::visit(Overloaded{
                 [&](Boxed<ReadingHeader>&) {
                   reject(id, *connection, now, out);
                   if (find_relay(id) != nullptr) on_end_of_stream(id, now, out);
                 },
                 [&](Boxed<OpeningChannel>&) { close(id, out); },
                 [&](Boxed<ServerTcpRelay>& relay) {
                   relay->on_client_end_of_stream(out);
                   settle_relay(id, out, from);
                 },
                 [&](Boxed<ServerV0Channel>& channel) {
                   channel->on_connection_gone(out);
                   settle(out, from);
                   close(id, out);
                 },
                 [&](Boxed<Crumfurs>& crumfurs) {  // CRUM-8: a clean close ends the session
                   crumfurs->session->end(out);
                   settle_session(crumfurs->key, out, from);
                 },
                 [&](IsolatedChannel& channel) {
                   channel.session->on_channel_gone(id);
                   close(id, out);
                 },
                 [&](Boxed<ServerMux>& mux) {
                   end_mux(*mux, out);
                   close(id, out);
                 },
             },
             connection->role);
}

void Server::on_connection_lost(ConnectionId id, TimePoint now, ServerActions& out) {
  Connection* const connection = find(id);
  if (connection == nullptr) return;
  const std::size_t from = out.size();
  std::visit(Overloaded{
                 [](Boxed<ReadingHeader>&) {},
                 [](Boxed<OpeningChannel>&) {},
                 [&](Boxed<ServerTcpRelay>& relay) { relay->on_client_lost(out); },
                 [&](Boxed<ServerV0Channel>& channel) {
                   channel->on_connection_gone(out);
                   settle(out, from);
                 },
                 [&](Boxed<Crumfurs>& crumfurs) {
                   crumfurs->session->on_crumfurs_cut(now);
                   settle_session(crumfurs->key, out, from);
                 },
                 [&](IsolatedChannel& channel) { channel.session->on_channel_gone(id); },
                 [&](Boxed<ServerMux>& mux) { end_mux(*mux, out); },
             },
             connection->role);
  forget(id);
}

bool Server::on_written(ConnectionId id, std::size_t octets) {
  Connection* const connection = find(id);
  if (connection == nullptr) return false;
  bool wants_room = false;
  std::visit(Overloaded{
                 [](Boxed<ReadingHeader>&) {},
                 [](Boxed<OpeningChannel>&) {},
                 [](Boxed<ServerTcpRelay>&) {},
                 [&](Boxed<ServerV0Channel>& channel) { channel->on_written(octets); },
                 [&](Boxed<Crumfurs>& crumfurs) { crumfurs->session->on_written(id, octets); },
                 [&](IsolatedChannel& isolated) {
                   ServerUdpSession::on_written(*isolated.channel, octets);
                 },
                 [&](Boxed<ServerMux>& mux) { wants_room = mux->on_written(octets); },
             },
             connection->role);
  return wants_room;
}

void Server::on_room(ConnectionId id, TimePoint now, ServerActions& out) {
  if (ServerMux* const mux = find_mux(id)) mux->on_room(now, out);
}

// ----- facts about external ports

void Server::on_datagram(MappingId mapping, const Endpoint& source, ByteView payload, TimePoint now,
                         ServerActions& out) {
  const auto found = mappings_.find(mapping);
  if (found == mappings_.end()) {
    ++counters_.datagrams_in;
    ++counters_.dropped_no_mapping;
    return;
  }
  const auto& [owner, in_cone] = found->second;
  if (auto* const session = std::get_if<ServerUdpSession*>(&owner)) {
    (*session)->on_datagram(*in_cone, source, payload, now, out);
  } else if (auto* const mux = std::get_if<ServerMux*>(&owner)) {
    (*mux)->on_datagram(mapping, source, payload, now, out);
  } else {
    auto& connection = connections_.at(std::get<ConnectionId>(owner));
    std::get<Boxed<ServerV0Channel>>(connection.role)->on_datagram(source, payload, now, out);
  }
}

void Server::on_mapping_failed(MappingId mapping, TimePoint, ServerActions& out) {
  const auto found = mappings_.find(mapping);
  if (found == mappings_.end()) return;
  const MappingOwner owner = found->second.owner;
  mappings_.erase(found);
  const std::size_t from = out.size();
  if (auto* const session = std::get_if<ServerUdpSession*>(&owner)) {
    (*session)->on_mapping_failed(mapping, out);
    settle(out, from);
  } else if (auto* const mux = std::get_if<ServerMux*>(&owner)) {
    (*mux)->on_mapping_failed(mapping);
  } else {
    refuse(std::get<ConnectionId>(owner), out);
  }
}

void Server::on_send_failed(MappingId) {
  --counters_.datagrams_sent;
  ++counters_.dropped_send_failed;
}

// ----- time

void Server::on_deadline(TimePoint now, ServerActions& out) {
  while (const auto key = deadlines_.due(now)) {
    if (const auto* const id = std::get_if<ConnectionId>(&*key)) {
      on_connection_deadline(*id, now, out);
    } else {
      const auto& session = std::get<SessionKey>(*key);
      const std::size_t from = out.size();
      find_session(session)->on_deadline(now, out);
      settle_session(session, out, from);
    }
  }
}

void Server::on_connection_deadline(ConnectionId id, TimePoint now, ServerActions& out) {
  Connection& connection = connections_.at(id);
  deadlines_.disarm(connection.alarm);
  const std::size_t from = out.size();
  std::visit(Overloaded{
                 [&](Boxed<ReadingHeader>&) { reject(id, connection, now, out); },
                 [&](Boxed<OpeningChannel>&) { refuse(id, out); },
                 [&](Boxed<ServerTcpRelay>& relay) {
                   relay->on_deadline(now, out);
                   settle_relay(id, out, from);
                 },
                 [&](Boxed<ServerV0Channel>& channel) {
                   channel->on_deadline(now, out);
                   const auto next = channel->deadline();
                   settle(out, from);
                   if (auto* const alive = find(id)) set_alarm(id, *alive, next);
                 },
                 [](Boxed<Crumfurs>&) {},
                 [](IsolatedChannel&) {},
                 [&](Boxed<ServerMux>& mux) {
                   mux->on_deadline(now, out);
                   settle_mux(id, out, from);
                 },
             },
             connection.role);
}

void Server::close_all(ServerActions& out) {
  while (!sessions_.empty()) {
    const SessionKey key = sessions_.begin()->first;
    const std::size_t from = out.size();
    sessions_.begin()->second.udp->end(out);
    settle_session(key, out, from);
  }
  while (!connections_.empty()) {
    const ConnectionId id = connections_.begin()->first;
    const std::size_t from = out.size();
    auto& role = connections_.begin()->second.role;
    if (auto* const relay = std::get_if<Boxed<ServerTcpRelay>>(&role))
      (*relay)->on_client_lost(out);
    if (auto* const v0 = std::get_if<Boxed<ServerV0Channel>>(&role)) (*v0)->on_connection_gone(out);
    if (ServerMux* const mux = find_mux(id)) mux->end(out);
    settle(out, from);
    close(id, out);
  }
}

// ----- tables and alarms

Server::Connection* Server::find(ConnectionId id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : &found->second;
}

ServerUdpSession* Server::find_session(const SessionKey& key) {
  const auto found = sessions_.find(key);
  return found == sessions_.end() ? nullptr : found->second.udp.get();
}

void Server::close(ConnectionId id, ServerActions& out) {
  out.push(server::Close{id});
  forget(id);
}

void Server::forget(ConnectionId id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  deadlines_.disarm(connection.alarm);
  connection.counted_in->give_back();
  connections_.erase(found);
}

// Takes from the orders since `from` what they mean for this server's own tables.
void Server::settle(const ServerActions& out, std::size_t from, std::optional<MappingOwner> owner) {
  for (std::size_t i = from; i < out.size(); ++i) {
    if (const auto* const closed = std::get_if<server::Close>(&out[i])) {
      forget(closed->connection);
    } else if (const auto* const opened = std::get_if<server::OpenMapping>(&out[i])) {
      auto* const session = std::get_if<ServerUdpSession*>(&owner.value());
      mappings_.emplace(
          opened->mapping,
          Mapping{*owner, session == nullptr ? nullptr : &(*session)->mapping(opened->mapping)});
    } else if (const auto* const gone = std::get_if<server::CloseMapping>(&out[i])) {
      mappings_.erase(gone->mapping);
    }
  }
}

void Server::settle_session(SessionKey key, const ServerActions& out, std::size_t from) {
  const auto found = sessions_.find(key);
  ServerUdpSession* const session = found->second.udp.get();
  settle(out, from, session);
  auto& alarm = found->second.alarm;
  if (session->ended()) {
    ++counters_.sessions_ended;
    deadlines_.disarm(alarm);
    users_.sessions(key.user).give_back();
    sessions_.erase(found);
  } else if (const auto next = session->next_deadline()) {
    deadlines_.arm(alarm, *next, key);
  } else {
    deadlines_.disarm(alarm);
  }
}

void Server::set_alarm(ConnectionId id, Connection& connection, std::optional<TimePoint> due) {
  if (due) {
    deadlines_.arm(connection.alarm, *due, id);
  } else {
    deadlines_.disarm(connection.alarm);
  }
}

}  // namespace fullcone
