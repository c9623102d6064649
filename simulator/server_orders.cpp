// The core's orders, carried out on virtual sockets and shown to the reference model.
#include <algorithm>
#include <utility>

#include "core/send_budget.hpp"
#include "simulator/back_pressure.hpp"
#include "simulator/server_node.hpp"

namespace fullcone::sim {

void ServerNode::carry_out(const server::Action& action) {
  std::visit([this](const auto& each) { this->order(each); }, action);
}

// ----- the TLS connection of a client

void ServerNode::order(const server::Write& write) {
  model_.on_written(number(write.connection), write.head.view(), write.payload);
  StreamEnd* const client = find(write.connection);
  if (client == nullptr) return missing("a client to write to");
  client->send(write.head.view(), write.payload);
  if (StreamEnd* const target = find(TargetId(write.connection))) {
    press_back(*target, *client);
  } else {
    check_queue(*client);
  }
}

// CRUM-10, and MUX-3 where mux is offered: one message of any size beyond the bound, and the answer
// before it.
void ServerNode::check_queue(const StreamEnd& client) {
  constexpr std::size_t kOneMessage = 2 + 65535 + 16;
  const SessionLimits& limits = settings_.limits.session;
  const std::size_t bound =
      std::max({SendBudget::kBurst * limits.channel_queue_bytes, limits.crumfurs_queue_bytes,
                settings_.mux ? settings_.limits.mux.send_queue_bytes : std::size_t{0}});
  if (client.queued() <= bound + kOneMessage) return;
  judge_.findings.add(network_.now(), "CRUM-10",
                      std::to_string(client.queued()) + " octets wait for a slow client");
}

void ServerNode::order(const server::HalfClose& half_close) {
  model_.on_half_closed(number(half_close.connection));
  StreamEnd* const client = find(half_close.connection);
  if (client == nullptr) return missing("a client to half-close");
  client->half_close();
}

void ServerNode::order(const server::Close& close) {
  model_.on_closed(number(close.connection));
  StreamEnd* const client = find(close.connection);
  if (client == nullptr) return missing("a client to close");
  client->close(close.kind);
  forget(close.connection);
}

void ServerNode::order(const server::PauseReading& pause) {
  StreamEnd* const client = find(pause.connection);
  if (client == nullptr) return missing("a client to pause");
  client->pause(Pause::by_owner);
}

void ServerNode::order(const server::ResumeReading& resume) {
  StreamEnd* const client = find(resume.connection);
  if (client == nullptr) return missing("a client to resume");
  client->resume(Pause::by_owner);
}

void ServerNode::order(const server::HandOver&) { missing("a second shard"); }

void ServerNode::order(const server::Resolve& resolve) {
  model_.on_lookup(number(resolve.lookup), resolve.host);
  later(zone_.delay_of(resolve.host),
        [this, id = resolve.lookup, host = resolve.host] { on_resolved(id, host); });
}

// ----- its TCP targets

void ServerNode::order(const server::DialTarget& dial) {
  model_.on_target_dialled(number(dial.target), dial.endpoint);
  if (find(dial.target.connection) == nullptr) return missing("a connection to dial for");
  if (StreamEnd* const former = find(dial.target)) former->close(CloseKind::abort);
  const IpAddress& ip = dial.endpoint.family() == Family::ipv4 ? place_.v4 : place_.v6;
  auto end =
      network_.dial({ip, network_.next_port(ip)}, dial.endpoint, {.handshake_round_trips = 1});
  attach_target(dial.target, *end);
  targets_[dial.target] = std::move(end);
}

void ServerNode::order(const server::WriteTarget& write) {
  model_.on_target_written(number(write.target), write.bytes);
  StreamEnd* const target = find(write.target);
  if (target == nullptr) return missing("a target to write to");
  target->send(write.bytes);
  if (write.target.stream != mux::kConnection) return;
  if (StreamEnd* const client = find(write.target.connection)) press_back(*client, *target);
}

void ServerNode::order(const server::PauseTarget& pause) {
  StreamEnd* const target = find(pause.target);
  if (target == nullptr) return missing("a target to pause");
  target->pause(Pause::by_owner);
}

void ServerNode::order(const server::ResumeTarget& resume) {
  StreamEnd* const target = find(resume.target);
  if (target == nullptr) return missing("a target to resume");
  target->resume(Pause::by_owner);
}

void ServerNode::order(const server::HalfCloseTarget& half_close) {
  model_.on_target_half_closed(number(half_close.target));
  StreamEnd* const target = find(half_close.target);
  if (target == nullptr) return missing("a target to half-close");
  target->half_close();
}

void ServerNode::order(const server::CloseTarget& close) {
  StreamEnd* const target = find(close.target);
  model_.on_target_closed(number(close.target));
  if (target == nullptr) return;  // dropped with its last dial
  target->close(close.kind);
  targets_.erase(close.target);
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

StreamEnd* ServerNode::find(ConnectionId id) {
  const auto found = clients_.find(id);
  return found == clients_.end() ? nullptr : found->second.get();
}

StreamEnd* ServerNode::find(TargetId id) {
  const auto found = targets_.find(id);
  return found == targets_.end() ? nullptr : found->second.get();
}

// The client's end is gone; its targets' must be, too.
void ServerNode::forget(ConnectionId id) {
  auto next = targets_.lower_bound(id);
  while (next != targets_.end() && next->first.connection == id) {
    missing("the order to close a target, whose client is gone");
    next->second->close(CloseKind::abort);
    next = targets_.erase(next);
  }
  clients_.erase(id);
}

void ServerNode::relieve(ConnectionId id) {
  StreamEnd* const client = find(id);
  StreamEnd* const target = find(TargetId(id));
  if (client == nullptr || target == nullptr) return;
  press_back(*client, *target);
  press_back(*target, *client);
}

void ServerNode::missing(std::string_view what) {
  judge_.findings.add(network_.now(), "INVARIANT", "the server lacks " + std::string(what));
}

}  // namespace fullcone::sim
