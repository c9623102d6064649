// The part of the reference model that holds each order against what is due.
#include <algorithm>
#include <utility>

#include "simulator/reference_model.hpp"

namespace fullcone::sim {

// ----- towards the client

void ReferenceModel::on_written(ConnectionNumber id, ByteView head, ByteView payload) {
  Bytes& octets = joined_;
  octets.assign(head.begin(), head.end());
  append(octets, payload);
  Connection* const connection = find(id);
  if (connection == nullptr) return report("INVARIANT", "a write on a closed connection");
  if (connection->phase == Phase::unjudged) return;
  if (connection->tcp) return connection->tcp->on_written(octets, reporter(id));
  if (connection->mux) return write_mux(id, *connection, octets);
  if (connection->queued == 0) connection->queued_since = now_;
  connection->queued += octets.size();
  if (take_due_write(*connection, id, octets)) return;
  Breach breach = breach_of_write(id, *connection, octets);
  report(breach.rule, std::move(breach.what));
}

// What comes before the match on its connection should have been written before.
bool ReferenceModel::take_due_write(Connection& connection, ConnectionNumber id, ByteView octets) {
  const auto match = std::ranges::find_if(due_writes_, [&](const DueWrite& due) {
    return due.connection == id && std::ranges::equal(due.octets, octets);
  });
  if (match == due_writes_.end()) return false;
  if (match->kind == DueKind::frame) {
    ++delivered_on_channel_;
    connection.answered = true;
  }
  if (match->kind == DueKind::umfurs) ++delivered_on_crumfurs_;
  if (!has_room(*match, connection, connection.queued - octets.size())) {
    report("CRUM-10", std::to_string(connection.queued) + " octets wait on connection " +
                          std::to_string(id) + ", which is read slowly");
  }
  for (auto due = due_writes_.begin(); due != match; ++due) {
    if (due->connection == id && is_missing(*due)) {
      report(due->rule, "what is due first is overtaken on connection " + std::to_string(id));
    }
  }
  const auto after = due_writes_.erase(match);
  due_writes_.erase(std::remove_if(due_writes_.begin(), after,
                                   [&](const DueWrite& due) { return due.connection == id; }),
                    after);
  return true;
}

void ReferenceModel::on_half_closed(ConnectionNumber id) {
  Connection* const connection = find(id);
  if (connection != nullptr && connection->tcp) connection->tcp->on_half_closed(reporter(id));
}

void ReferenceModel::on_closed(ConnectionNumber id) {
  Connection* const connection = find(id);
  if (connection == nullptr) return report("INVARIANT", "a connection is closed twice");
  if (due_closes_.erase(id) == 0) {
    if (auto breach = breach_of_close(id, *connection))
      report(breach->rule, std::move(breach->what));
  }
  if (connection->phase == Phase::crumfurs) {
    if (sessions_.at(connection->session).crumfurs == id) cut_crumfurs(connection->session);
  }
  leave(id, *connection);
  connections_.erase(id);
}

// Takes a channel out of its session; what was due on it is so no more.
void ReferenceModel::leave(ConnectionNumber id, const Connection& connection) {
  const auto session = sessions_.find(connection.session);
  if (connection.phase == Phase::channel && session != sessions_.end()) {
    auto& channels = session->second.channels[connection.destination];
    const auto gone = std::ranges::remove(channels, id);
    session->second.channels_open -= gone.size();
    channels.erase(gone.begin(), gone.end());
    if (channels.empty()) session->second.channels.erase(connection.destination);
  }
  if (connection.mux) end_mux(connection);
  if (due_port_for_ == id) due_port_for_.reset();
  std::erase_if(due_sends_, [&](const DueSend& due) { return due.channel == id; });
  std::erase_if(due_writes_, [&](const DueWrite& due) { return due.connection == id; });
}

// ----- towards a TCP target

ReferenceTcp::Report ReferenceModel::reporter(ConnectionNumber id) {
  return [this, id](std::string_view rule, std::string_view what) {
    report(rule, "connection " + std::to_string(id) + ": " + std::string(what));
  };
}

void ReferenceModel::on_target_dialled(TargetNumber id, const Endpoint& target) {
  Connection* const connection = find(id.connection);
  if (connection == nullptr) return report("INVARIANT", "a dial for a closed connection");
  if (connection->phase == Phase::unjudged) return;
  ReferenceTcp* const tcp = find_tcp(id);
  if (connection->mux) connection->mux->targets.insert(id.stream);
  if (connection->mux && connection->mux->over_now.contains(id.stream)) return;
  if (tcp == nullptr) return report("AUTH-1", "a dial that nobody asked for");
  tcp->on_dialled(target, now_, reporter(id.connection));
  if (const auto due = tcp->due()) look_by(*due);
}

void ReferenceModel::on_target_written(TargetNumber id, ByteView bytes) {
  const Connection* const connection = find(id.connection);
  if (connection == nullptr) return report("INVARIANT", "a write for a closed connection");
  if (ReferenceTcp* const tcp = find_tcp(id)) {
    tcp->on_target_written(bytes, reporter(id.connection));
  }
}

void ReferenceModel::on_target_half_closed(TargetNumber id) {
  if (ReferenceTcp* const tcp = find_tcp(id)) {
    tcp->on_target_half_closed(reporter(id.connection));
  }
}

// ----- external ports

void ReferenceModel::on_port_opened(const Endpoint& external) {
  const auto [entry, is_new] = ports_.try_emplace(external);
  if (!is_new) report("INVARIANT", external.to_string() + " is opened twice");
  Port& port = entry->second;
  port.last_out = port.last_in = now_;
  if (!due_port_for_ && take_mux_port(external, port)) return;
  if (!due_port_for_) {
    const auto* const requested = requested_ ? find(*requested_) : nullptr;
    const bool by_mux = std::ranges::any_of(
        settling_, [&](ConnectionNumber id) { return connections_.contains(id) && find(id)->mux; });
    if (by_mux) return report("MUX-1", external.to_string() + " is opened for no stream");
    const bool has_port = requested != nullptr && requested->external;
    return report(has_port ? requested->port_rule : "CONE-3",
                  external.to_string() + " is opened " +
                      (has_port ? "beside " + requested->external->to_string() : "for nobody"));
  }
  look_by(expiry(port));
  const ConnectionNumber id = *std::exchange(due_port_for_, std::nullopt);
  Connection& connection = connections_.at(id);
  connection.external = external;
  port.opened_for = connection.destination;
  if (connection.phase == Phase::v0_channel) {
    port.v0 = id;
    return;
  }
  port.session = connection.session;
  Session& session = sessions_.at(connection.session);
  ++session.ports;
  if (session.mapping == MappingPolicy::by_destination) {
    session.dialled[connection.destination] = external;
  } else {
    session.by_family[external.family()] = external;
  }
  if (const auto* const name = std::get_if<NamedEndpoint>(&*connection.request.destination)) {
    session.pins.try_emplace(*name, Pin{connection.destination, external});
  }
}

void ReferenceModel::on_port_failed() {
  if (!due_port_for_ && fail_mux_port()) return;
  if (!due_port_for_) return report("CONE-3", "a port is asked for that nothing called for");
  const ConnectionNumber id = *due_port_for_;
  leave(id, connections_.at(id));
  connections_.at(id).phase = Phase::unjudged;
}

void ReferenceModel::on_port_closed(const Endpoint& external) {
  const auto port = ports_.find(external);
  if (port == ports_.end()) return report("INVARIANT", "a port is closed twice");
  if (due_port_closes_.erase(external) == 0 && !shutting_down_) {
    report(breach_of_port_close(port->second), external.to_string() + " is closed before its time");
  }
  forget_port(external);
}

// Whoever sends through it must go. The end of a session has taken its channels before its ports.
void ReferenceModel::forget_port(const Endpoint& external) {
  const Port port = std::move(ports_.at(external));
  ports_.erase(external);
  const auto forget = [&](ConnectionNumber id, Connection& connection) {
    const bool sends = connection.phase == Phase::channel || connection.phase == Phase::v0_channel;
    if (!sends || connection.external != external) return;
    leave(id, connection);
    doom(id, "CONE-11");
  };
  if (port.mux) return forget_mux_port(external, port);
  if (port.v0) {
    if (Connection* const connection = find(*port.v0)) forget(*port.v0, *connection);
  }
  const auto found = port.session ? sessions_.find(*port.session) : sessions_.end();
  if (found == sessions_.end()) return;
  for (auto& [id, connection] : connections_) forget(id, connection);
  Session& session = found->second;
  --session.ports;
  erase_if(session.dialled, [&](const auto& entry) { return entry.second == external; });
  std::erase_if(session.by_family, [&](const auto& entry) { return entry.second == external; });
  const auto of_port = [&](const auto& entry) { return entry.second.external == external; };
  erase_if(session.heard, of_port);
  std::erase_if(session.pins, of_port);
}

void ReferenceModel::on_sent(const Endpoint& external, const Endpoint& destination,
                             ByteView payload) {
  ++sent_;
  const auto port = ports_.find(external);
  if (port == ports_.end()) return report("INVARIANT", "a datagram leaves from a closed port");
  if (port->second.mux) return on_mux_sent(port->second, destination, payload);
  judge_sender(port->second, external, destination);
  if (due_sends_.empty()) {
    return report("UDP-1", "a datagram to " + destination.to_string() + " that nobody sent");
  }
  const DueSend due = std::move(due_sends_.front());
  due_sends_.pop_front();
  const Connection& channel = connections_.at(due.channel);
  if (due.destination != destination) {
    const bool is_named = std::holds_alternative<NamedEndpoint>(*channel.request.destination);
    report(is_named ? "UDP-7" : "UDP-1", "a datagram for " + due.destination.to_string() +
                                             " is sent to " + destination.to_string());
  } else if (!std::ranges::equal(due.payload, payload)) {
    report("UDP-8", "a datagram to " + destination.to_string() + " is not the one that was sent");
  } else if (channel.external != external) {
    report(channel.port_rule,
           "to " + destination.to_string() + " from " + external.to_string() + " and not from " +
               (channel.external ? channel.external->to_string() : "a new port"));
  }
}

void ReferenceModel::judge_sender(const Port& port, const Endpoint& external,
                                  const Endpoint& destination) {
  const auto session = port.session ? sessions_.find(*port.session) : sessions_.end();
  const bool endpoint_independent =
      session != sessions_.end() && session->second.mapping == MappingPolicy::endpoint_independent;
  if (endpoint_independent || port.opened_for == destination) return;
  if (!port.heard_from.contains(destination)) {
    report("CONE-4", external.to_string() + " sends to " + destination.to_string() +
                         ", which it was not opened for and has not heard");
  }
}

// ----- the end of a fact

void ReferenceModel::on_settled() {
  for (const auto& [id, rule] : due_closes_) {
    report(rule, "connection " + std::to_string(id) + " is not closed");
  }
  for (const auto& [external, rule] : due_port_closes_) {
    report(rule, external.to_string() + " is not closed");
  }
  for (const DueSend& due : due_sends_) {
    report(due.rule, "a datagram to " + due.destination.to_string() + " is not sent");
  }
  for (const DueWrite& due : due_writes_) {
    if (is_missing(due)) {
      report(due.rule, std::to_string(due.octets.size()) +
                           " octets are not written on connection " +
                           std::to_string(due.connection));
    }
  }
  if (due_port_for_) {
    const Connection& connection = connections_.at(*due_port_for_);
    report(connection.port_rule, "no port is opened for " + connection.destination.to_string());
  }
  for (const ConnectionNumber id : settling_) {
    Connection* const stream = find(id);
    if (stream == nullptr) continue;
    if (stream->tcp) stream->tcp->on_settled(reporter(id));
    if (stream->mux && stream->phase == Phase::mux) settle_mux(id, *stream->mux);
  }
  settle_mux_sends();
  clear_due();
}

void ReferenceModel::clear_due() {
  due_closes_.clear();
  due_port_closes_.clear();
  due_sends_.clear();
  due_writes_.clear();
  due_mux_sends_.clear();
  due_mux_ports_.clear();
  failed_mux_ports_.clear();
  due_port_for_.reset();
  settling_.clear();
  requested_.reset();
  at_deadline_ = false;
  shutting_down_ = false;
}

void ReferenceModel::report(std::string_view rule, std::string what) {
  findings_.add(now_, rule, std::move(what));
}

}  // namespace fullcone::sim
