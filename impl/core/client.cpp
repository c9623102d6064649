#include "core/client.hpp"

#include <utility>

#include "base/overloaded.hpp"

namespace fullcone {

Client::Client(const ClientSettings& settings, std::uint64_t random_seed)
    : Client(settings, random_seed, own_held_) {}

Client::Client(const ClientSettings& settings, std::uint64_t random_seed, Held& held)
    : settings_(settings),
      random_(random_seed),
      held_(held),
      ready_(settings.limits, random_, held.ready, counters_),
      mux_(settings, ready_.ids(), random_, counters_) {}

Client::~Client() = default;

// ----- facts about an app's connection

void Client::on_local_accepted(LocalId id, const Endpoint& app, const Endpoint& local,
                               TimePoint now, ClientActions& out) {
  ++counters_.locals_accepted;
  if (!held_.locals.take(settings_.limits.local_connections)) {
    ++counters_.locals_refused;
    out.push(client::CloseLocal{id});
    return;
  }
  auto& accepted = locals_[id];
  accepted =
      std::make_unique<Local>(Local{LocalHandshake(id, settings_.credentials), app, local, {}});
  deadlines_.arm(accepted->alarm, now + settings_.limits.handshake_timeout, id);
}

void Client::on_local_bytes(LocalId id, ByteView bytes, TimePoint now, ClientActions& out) {
  Local* const local = find(id);
  if (local == nullptr) return;
  std::visit(Overloaded{
                 [&](LocalHandshake& handshake) {
                   begin(id, *local, handshake.on_bytes(bytes, out), now, out);
                 },
                 [&](ClientTunnel& tunnel) { tunnel.on_local_bytes(bytes, out); },
                 [&](ClientMuxTunnel& tunnel) { tunnel.on_local_bytes(bytes, out); },
                 // A control connection has nothing more to say; it is read to see its end.
                 [](std::unique_ptr<ClientAssociation>&) {},
             },
             local->role);
}

void Client::begin(LocalId id, Local& local, LocalHandshake::Outcome outcome, TimePoint now,
                   ClientActions& out) {
  if (std::holds_alternative<LocalHandshake::Unfinished>(outcome)) return;
  if (std::holds_alternative<LocalHandshake::Failed>(outcome)) {
    ++counters_.locals_refused;
    return close(id, out);
  }
  deadlines_.disarm(local.alarm);
  if (auto* const connect = std::get_if<LocalHandshake::Connect>(&outcome)) {
    return begin_tunnel(id, local, std::move(*connect), now, out);
  }
  ++counters_.associations_begun;
  local.role = std::make_unique<ClientAssociation>(id, local.app.ip, settings_, ready_, mux_,
                                                   random_, counters_);
  out.push(client::OpenRelay{id, local.address.ip});
}

void Client::begin_tunnel(LocalId id, Local& local, LocalHandshake::Connect request, TimePoint now,
                          ClientActions& out) {
  if (settings_.tcp == TcpMode::mux) {
    ++mux_tunnels_;
    local.role.emplace<ClientMuxTunnel>(id, mux_, std::move(request)).start(now, out);
    return await_mux();
  }
  const std::size_t from = out.size();
  local.role.emplace<ClientTunnel>(id, settings_, ready_, counters_, std::move(request))
      .start(now, out);
  settle(id, now, out, from);
}

void Client::on_local_end_of_stream(LocalId id, TimePoint now, ClientActions& out) {
  Local* const local = find(id);
  if (local == nullptr) return;
  const std::size_t from = out.size();
  std::visit(Overloaded{
                 [&](LocalHandshake&) { out.push(client::CloseLocal{id}); },
                 [&](ClientTunnel& tunnel) { tunnel.on_local_end_of_stream(out); },
                 [&](ClientMuxTunnel& tunnel) { tunnel.on_local_end_of_stream(now, out); },
                 [&](std::unique_ptr<ClientAssociation>& association) {  // SOCKS-1
                   association->end(now, out);
                   out.push(client::CloseLocal{id});
                 },
             },
             local->role);
  settle(id, now, out, from);
}

void Client::on_local_lost(LocalId id, TimePoint now, ClientActions& out) {
  Local* const local = find(id);
  if (local == nullptr) return;
  const std::size_t from = out.size();
  std::visit(
      Overloaded{
          [](LocalHandshake&) {},
          [&](ClientTunnel& tunnel) { tunnel.on_local_lost(out); },
          [&](ClientMuxTunnel& tunnel) { tunnel.on_local_lost(now, out); },
          [&](std::unique_ptr<ClientAssociation>& association) { association->end(now, out); },
      },
      local->role);
  settle(id, now, out, from);
  forget(id);
}

std::optional<ConnectionId> Client::on_local_written(LocalId id, std::size_t octets) {
  ClientMuxTunnel* const tunnel = find_mux_tunnel(id);
  return tunnel == nullptr ? std::nullopt : tunnel->on_local_written(octets);
}

// ----- facts about an association's relay

void Client::on_relay_opened(LocalId id, const Endpoint& bound, TimePoint, ClientActions& out) {
  if (find(id) == nullptr) return;
  const auto reply = socks5::encode_reply(socks5::Reply::succeeded, bound);
  out.push(client::WriteLocal{id, out.keep(to_bytes(reply.view()))});
}

void Client::on_relay_failed(LocalId id, TimePoint, ClientActions& out) {
  if (find(id) == nullptr) return;
  const auto reply = socks5::encode_reply(socks5::Reply::general_failure, {});
  out.push(client::WriteLocal{id, out.keep(to_bytes(reply.view()))});
  close(id, out);
}

void Client::on_app_datagram(LocalId id, const Endpoint& source, ByteView datagram, TimePoint now,
                             ClientActions& out) {
  Local* const local = find(id);
  if (local == nullptr) return;
  const std::size_t from = out.size();
  std::get<std::unique_ptr<ClientAssociation>>(local->role)
      ->on_app_datagram(source, datagram, now, out);
  settle(id, now, out, from);
}

void Client::on_send_failed() {
  --counters_.to_app;
  ++counters_.dropped_send_failed;
}

// ----- time

void Client::on_deadline(TimePoint now, ClientActions& out) {
  while (const auto id = deadlines_.due(now)) {
    if (*id == kOfMux) {
      deadlines_.disarm(mux_alarm_);
      mux_.on_deadline(now, out);
      await_mux();
      continue;
    }
    Local& local = *find(*id);
    deadlines_.disarm(local.alarm);
    if (auto* const association = std::get_if<std::unique_ptr<ClientAssociation>>(&local.role)) {
      const std::size_t from = out.size();
      (*association)->on_deadline(now, out);
      settle(*id, now, out, from);
    } else {  // only a handshake has a deadline else
      ++counters_.locals_refused;
      close(*id, out);
    }
  }
  ready_.on_deadline(now, out);
}

void Client::close_all(ClientActions& out) {
  while (!locals_.empty()) {
    const LocalId id = locals_.begin()->first;
    const std::size_t from = out.size();
    auto& role = locals_.begin()->second->role;
    if (auto* const tunnel = std::get_if<ClientTunnel>(&role)) tunnel->on_local_lost(out);
    if (auto* const association = std::get_if<std::unique_ptr<ClientAssociation>>(&role)) {
      (*association)->end({}, out);
    }
    out.push(client::CloseLocal{id});
    take_orders(id, out, from);
  }
  ready_.close_all(out);
  mux_.end(out);
  await_mux();
}

// ----- tables and alarms

Client::Local* Client::find(LocalId id) {
  const auto found = locals_.find(id);
  return found == locals_.end() ? nullptr : found->second.get();
}

std::optional<LocalId> Client::owner_of(ConnectionId id) const {
  const auto found = owners_.find(id);
  if (found == owners_.end()) return std::nullopt;
  return found->second;
}

void Client::close(LocalId id, ClientActions& out) {
  out.push(client::CloseLocal{id});
  forget(id);
}

void Client::forget(LocalId id) {
  const auto found = locals_.find(id);
  if (found == locals_.end()) return;
  deadlines_.disarm(found->second->alarm);
  if (std::holds_alternative<std::unique_ptr<ClientAssociation>>(found->second->role)) {
    ++counters_.associations_ended;
  }
  if (std::holds_alternative<ClientMuxTunnel>(found->second->role)) --mux_tunnels_;
  locals_.erase(found);
  held_.locals.give_back();
}

// What a fact about `id` leads to, its orders being those since `from`: connections that were taken
// have their owner now, and those that were ready have one who is told that they are up.
void Client::settle(LocalId id, TimePoint now, ClientActions& out, std::size_t from) {
  const auto taken =
      ready_.has_taken() ? ready_.hand_over() : std::vector<ReadyConnections::Taken>();
  for (const auto& each : taken) owners_.emplace(each.connection, id);
  take_orders(id, out, from);
  for (const auto& each : taken) {
    if (each.ready && owner_of(each.connection)) on_server_connected(each.connection, now, out);
  }
}

void Client::forget_if_closed(LocalId id, const ClientActions& out, std::size_t from) {
  for (std::size_t i = from; i < out.size(); ++i) {
    if (std::holds_alternative<client::CloseLocal>(out[i])) return forget(id);
  }
}

// Takes from the orders since `from`, all of them about `id` and its connections, what they mean
// for this client's own tables.
void Client::take_orders(LocalId id, const ClientActions& out, std::size_t from) {
  for (std::size_t i = from; i < out.size(); ++i) {
    if (const auto* const closed = std::get_if<client::CloseServer>(&out[i])) {
      owners_.erase(closed->connection);
    } else if (std::holds_alternative<client::CloseLocal>(out[i])) {
      forget(id);
    }
  }
  await_mux();
  Local* const local = find(id);
  if (local == nullptr) return;
  if (auto* const association = std::get_if<std::unique_ptr<ClientAssociation>>(&local->role)) {
    if (const auto next = (*association)->next_deadline()) {
      deadlines_.arm_by(local->alarm, *next, id);
    }
  }
}

}  // namespace fullcone
