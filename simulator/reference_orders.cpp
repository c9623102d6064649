// The second half of the reference model: each order held against what is due.
#include <algorithm>
#include <utility>

#include "simulator/reference_model.hpp"

namespace fullcone::sim {

// ----- towards the client

void ReferenceModel::on_written(ConnectionNumber id, ByteView head, ByteView payload) {
  Bytes octets = to_bytes(head);
  append(octets, payload);
  const auto found = connections_.find(id);
  if (found == connections_.end()) return report("INVARIANT", "a write on a closed connection");
  Connection& connection = found->second;
  switch (connection.phase) {
    case Phase::unjudged:
      return;
    case Phase::tcp:
      return check_relayed(connection.to_client, octets, "the client");
    case Phase::channel:
    case Phase::v0_channel:
    case Phase::crumfurs:
    case Phase::doomed:
      if (take_due_write(id, octets)) return;
      break;
    case Phase::header:
    case Phase::resolving:
      break;
  }
  if (connection.destination.port != 0 || connection.phase == Phase::crumfurs) {
    report("CONE-5", "a write of " + std::to_string(octets.size()) + " octets on connection " +
                         std::to_string(id) + " that nothing called for");
  } else {
    report("HDR-1", "a write on connection " + std::to_string(id) + ", which closes silently");
  }
}

// What comes before the match may be missing, unless it is an answer.
bool ReferenceModel::take_due_write(ConnectionNumber id, ByteView octets) {
  const auto match = std::ranges::find_if(due_writes_, [&](const DueWrite& due) {
    return due.connection == id && std::ranges::equal(due.octets, octets);
  });
  if (match == due_writes_.end()) return false;
  for (auto skipped = due_writes_.begin(); skipped != match; ++skipped) {
    if (skipped->kind == DueKind::answer) report("CRUM-2", "an UMFURS before the answer");
  }
  if (match->kind == DueKind::frame) {
    ++delivered_on_channel_;
    connections_.at(id).answered = true;
  }
  if (match->kind == DueKind::umfurs) ++delivered_on_crumfurs_;
  due_writes_.erase(due_writes_.begin(), match + 1);
  return true;
}

void ReferenceModel::check_relayed(Bytes& due, ByteView octets, std::string_view direction) {
  const bool good =
      octets.size() <= due.size() && std::equal(octets.begin(), octets.end(), due.begin());
  if (!good) return report("TCP-1", "other octets than were sent reach " + std::string(direction));
  due.erase(due.begin(), due.begin() + static_cast<std::ptrdiff_t>(octets.size()));
}

void ReferenceModel::on_closed(ConnectionNumber id) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return report("INVARIANT", "a connection is closed twice");
  if (due_closes_.erase(id) == 0 && !may_close(found->second)) {
    report("UDP-3", "connection " + std::to_string(id) + " is closed without a reason");
  }
  if (found->second.phase == Phase::crumfurs) {
    auto& session = sessions_.at(found->second.session);
    if (session.crumfurs == id) cut_crumfurs(found->second.session);
  }
  leave(id, found->second);
  connections_.erase(found);
}

bool ReferenceModel::may_close(const Connection& connection) const {
  switch (connection.phase) {
    case Phase::tcp:
    case Phase::unjudged:
    case Phase::doomed:
      return true;
    case Phase::resolving:
      return at_deadline_ || shutting_down_;
    case Phase::header:
    case Phase::channel:
    case Phase::v0_channel:
    case Phase::crumfurs:
      break;
  }
  return shutting_down_ || limits_may_act(connection);
}

// A request is refused, or takes the place of another session, for a limit of EGRESS-2.
bool ReferenceModel::limits_may_act(const Connection& connection) const {
  return bounds_.limits_in_reach && (requested_ || connection.phase == Phase::header);
}

// Takes a channel out of its session; what was due on it is so no more.
void ReferenceModel::leave(ConnectionNumber id, const Connection& connection) {
  const auto session = sessions_.find(connection.session);
  if (connection.phase == Phase::channel && session != sessions_.end()) {
    std::erase(session->second.channels[connection.destination], id);
  }
  if (due_port_for_ == id) due_port_for_.reset();
  std::erase_if(due_sends_, [&](const DueSend& due) { return due.channel == id; });
  std::erase_if(due_writes_, [&](const DueWrite& due) { return due.connection == id; });
}

// ----- towards a TCP target

void ReferenceModel::on_target_dialled(ConnectionNumber id, const Endpoint& target) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return report("INVARIANT", "a dial for a closed connection");
  if (found->second.phase == Phase::unjudged) return;
  if (found->second.phase != Phase::tcp) return report("AUTH-1", "a dial that nobody asked for");
  const auto* const asked = std::get_if<Endpoint>(&*found->second.request.destination);
  if (asked != nullptr && *asked != target) report("TCP-1", "a dial to another target");
  if (!bounds_.egress_allows(target)) report("EGRESS-1", "a dial to " + target.to_string());
}

void ReferenceModel::on_target_written(ConnectionNumber id, ByteView bytes) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return report("INVARIANT", "a write for a closed connection");
  if (found->second.phase == Phase::unjudged) return;
  check_relayed(found->second.to_target, bytes, "the target");
}

// ----- external ports

void ReferenceModel::on_port_opened(const Endpoint& external) {
  const auto [entry, is_new] = ports_.try_emplace(external);
  if (!is_new) report("EGRESS-2", external.to_string() + " is opened twice");
  Port& port = entry->second;
  port.last_out = port.last_in = now_;
  if (!due_port_for_) return report("CONE-3", external.to_string() + " is opened for nobody");
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
  if (!due_port_for_) return report("CONE-3", "a port is asked for that nothing called for");
  const ConnectionNumber id = *due_port_for_;
  leave(id, connections_.at(id));
  connections_.at(id).phase = Phase::unjudged;
}

void ReferenceModel::on_port_closed(const Endpoint& external) {
  if (!ports_.contains(external)) return report("INVARIANT", "a port is closed twice");
  const bool may_close = shutting_down_ || (bounds_.limits_in_reach && requested_);
  if (due_port_closes_.erase(external) == 0 && !may_close) {
    report("CONE-10", external.to_string() + " is closed before its time");
  }
  forget_port(external);
}

void ReferenceModel::forget_port(const Endpoint& external) {
  for (auto& [id, connection] : connections_) {
    const bool sends = connection.phase == Phase::channel || connection.phase == Phase::v0_channel;
    if (!sends || connection.external != external) continue;
    leave(id, connection);
    doom(id, "CONE-11");
  }
  const auto of_port = [&](const auto& entry) { return entry.second.external == external; };
  const auto named = ports_.at(external).session;
  ports_.erase(external);
  const auto session = named ? sessions_.find(*named) : sessions_.end();
  if (session == sessions_.end()) return;
  std::erase_if(session->second.dialled,
                [&](const auto& entry) { return entry.second == external; });
  std::erase_if(session->second.by_family,
                [&](const auto& entry) { return entry.second == external; });
  std::erase_if(session->second.heard, of_port);
  std::erase_if(session->second.pins, of_port);
}

void ReferenceModel::on_sent(const Endpoint& external, const Endpoint& destination,
                             ByteView payload) {
  ++sent_;
  const auto port = ports_.find(external);
  if (port == ports_.end()) return report("INVARIANT", "a datagram leaves from a closed port");
  judge_sender(port->second, external, destination);
  if (due_sends_.empty()) {
    return report("UDP-1", "a datagram to " + destination.to_string() + " that nobody sent");
  }
  const DueSend due = std::move(due_sends_.front());
  due_sends_.pop_front();
  const auto& expected = connections_.at(due.channel).external;
  if (due.destination != destination || !std::ranges::equal(due.payload, payload)) {
    report("UDP-8", "a datagram to " + destination.to_string() + " is not the one that was sent");
  } else if (expected != external) {
    report("CONE-1", "to " + destination.to_string() + " from " + external.to_string() +
                         " and not from " + (expected ? expected->to_string() : "a new port"));
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
  for (const Endpoint& external : due_port_closes_) {
    report("CONE-11", external.to_string() + " is not closed");
  }
  for (const DueSend& due : due_sends_) {
    report("UDP-8", "a datagram to " + due.destination.to_string() + " is not sent");
  }
  for (const DueWrite& due : due_writes_) {
    if (due.kind == DueKind::answer) report("CRUM-2", "a CRUMFURS request is not answered");
  }
  if (due_port_for_) {
    report("CONE-3",
           "no port is opened for " + connections_.at(*due_port_for_).destination.to_string());
  }
  clear_due();
}

void ReferenceModel::clear_due() {
  due_closes_.clear();
  due_port_closes_.clear();
  due_sends_.clear();
  due_writes_.clear();
  due_port_for_.reset();
  requested_.reset();
  at_deadline_ = false;
  shutting_down_ = false;
}

void ReferenceModel::report(std::string_view rule, std::string what) {
  findings_.add(now_, rule, std::move(what));
}

}  // namespace fullcone::sim
