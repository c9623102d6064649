// The core's orders, carried out on virtual sockets and shown to the reference model.
#include <algorithm>
#include <utility>

#include "simulator/back_pressure.hpp"
#include "simulator/server_node.hpp"

namespace fullcone::sim {

void ServerNode::carry_out(const server::Action& action) {
  std::visit([this](const auto& each) { this->order(each); }, action);
}

// ----- the TLS connection of a client

void ServerNode::order(const server::Write& write) {
  model_.on_written(number(write.connection), write.head.view(), write.payload);
  Connection* const connection = find(write.connection);
  if (connection == nullptr || !connection->client) return missing("a client to write to");
  connection->client->send(write.head.view(), write.payload);
  if (connection->target) {
    press_back(*connection->target, *connection->client);
  } else {
    check_queue(*connection->client);
  }
}

// CRUM-10: one message of any size beyond the bound, and the answer before it.
void ServerNode::check_queue(const StreamEnd& client) {
  constexpr std::size_t kOneMessage = 2 + 65535 + 16;
  const SessionLimits& limits = settings_.limits.session;
  const std::size_t bound = std::max(limits.channel_queue_bytes, limits.crumfurs_queue_bytes);
  if (client.queued() <= bound + kOneMessage) return;
  judge_.findings.add(network_.now(), "CRUM-10",
                      std::to_string(client.queued()) + " octets wait for a slow client");
}

void ServerNode::order(const server::HalfClose& half_close) {
  model_.on_half_closed(number(half_close.connection));
  Connection* const connection = find(half_close.connection);
  if (connection == nullptr || !connection->client) return missing("a client to half-close");
  connection->client->half_close();
}

void ServerNode::order(const server::Close& close) {
  model_.on_closed(number(close.connection));
  Connection* const connection = find(close.connection);
  if (connection == nullptr || !connection->client) return missing("a client to close");
  std::exchange(connection->client, nullptr)->close(close.kind);
  forget(close.connection);
}

void ServerNode::order(const server::PauseReading& pause) {
  Connection* const connection = find(pause.connection);
  if (connection == nullptr || !connection->client) return missing("a client to pause");
  connection->client->pause(Pause::by_owner);
}

void ServerNode::order(const server::ResumeReading& resume) {
  Connection* const connection = find(resume.connection);
  if (connection == nullptr || !connection->client) return missing("a client to resume");
  connection->client->resume(Pause::by_owner);
}

void ServerNode::order(const server::HandOver&) { missing("a second shard"); }

// ----- its TCP target

void ServerNode::order(const server::Resolve& resolve) {
  later(zone_.delay_of(resolve.host),
        [this, id = resolve.connection, host = resolve.host] { on_resolved(id, host); });
}

void ServerNode::order(const server::DialTarget& dial) {
  model_.on_target_dialled(number(dial.connection), dial.endpoint);
  Connection* const connection = find(dial.connection);
  if (connection == nullptr) return missing("a connection to dial for");
  if (connection->target) connection->target->close(CloseKind::abort);
  const IpAddress& ip = dial.endpoint.family() == Family::ipv4 ? place_.v4 : place_.v6;
  connection->target =
      network_.dial({ip, network_.next_port(ip)}, dial.endpoint, {.handshake_round_trips = 1});
  attach_target(dial.connection, *connection->target);
}

void ServerNode::order(const server::WriteTarget& write) {
  model_.on_target_written(number(write.connection), write.bytes);
  Connection* const connection = find(write.connection);
  if (connection == nullptr || !connection->target) return missing("a target to write to");
  connection->target->send(write.bytes);
  if (connection->client) press_back(*connection->client, *connection->target);
}

void ServerNode::order(const server::HalfCloseTarget& half_close) {
  model_.on_target_half_closed(number(half_close.connection));
  Connection* const connection = find(half_close.connection);
  if (connection == nullptr || !connection->target) return missing("a target to half-close");
  connection->target->half_close();
}

void ServerNode::order(const server::CloseTarget& close) {
  Connection* const connection = find(close.connection);
  if (connection == nullptr || !connection->target) return;  // dropped with its last dial
  std::exchange(connection->target, nullptr)->close(close.kind);
}

// ----- external UDP ports

void ServerNode::order(const server::OpenMapping& open) {
  if (ports_exhausted_) {
    model_.on_port_failed();
    not_opened_.push_back(open.mapping);
    return;
  }
  const Endpoint external{open.family == Family::ipv4 ? place_.v4 : place_.v6,
                          next_external_port()};
  network_.bind(external,
                [this, mapping = open.mapping, external](const Endpoint& source, ByteView payload) {
                  on_datagram(mapping, external, source, payload);
                });
  mappings_.try_emplace(open.mapping, external);
  network_.trace().add({network_.now(), TraceKind::port_opened, external, {}, {}, {}});
  judge_.ledger.on_port_opened(external);
  model_.on_port_opened(external);
}

// One after another, with gaps, so that none comes back soon.
std::uint16_t ServerNode::next_external_port() {
  constexpr std::uint32_t kFirst = 10000;
  constexpr std::uint32_t kPorts = 55000;
  do {
    last_port_ = (last_port_ + 1 + static_cast<std::uint32_t>(ports_.below(3))) % kPorts;
  } while (network_.bound({place_.v4, static_cast<std::uint16_t>(kFirst + last_port_)}) ||
           network_.bound({place_.v6, static_cast<std::uint16_t>(kFirst + last_port_)}));
  return static_cast<std::uint16_t>(kFirst + last_port_);
}

void ServerNode::order(const server::SendDatagram& send) {
  const auto mapping = mappings_.find(send.mapping);
  if (mapping == mappings_.end()) return core_->on_send_failed(send.mapping);
  model_.on_sent(mapping->second, send.destination, send.payload);
  network_.send(mapping->second, send.destination, send.payload);
}

void ServerNode::order(const server::CloseMapping& close) {
  const auto mapping = mappings_.find(close.mapping);
  if (mapping == mappings_.end()) {
    if (std::ranges::count(not_opened_, close.mapping) == 0) missing("a mapping to close");
    return;
  }
  model_.on_port_closed(mapping->second);
  network_.unbind(mapping->second);
  network_.trace().add({network_.now(), TraceKind::port_closed, mapping->second, {}, {}, {}});
  mappings_.erase(mapping);
}

// ----- tables

ServerNode::Connection* ServerNode::find(ConnectionId id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : &found->second;
}

// The client's end is gone; the target's must be, too.
void ServerNode::forget(ConnectionId id) {
  if (Connection* const connection = find(id); connection != nullptr && connection->target) {
    missing("the order to close a target, whose client is gone");
    connection->target->close(CloseKind::abort);
  }
  connections_.erase(id);
}

void ServerNode::relieve(Connection& connection) {
  if (!connection.client || !connection.target) return;
  press_back(*connection.client, *connection.target);
  press_back(*connection.target, *connection.client);
}

void ServerNode::missing(std::string_view what) {
  judge_.findings.add(network_.now(), "INVARIANT", "the server lacks " + std::string(what));
}

}  // namespace fullcone::sim
