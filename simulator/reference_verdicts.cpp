// The part of the reference model that names the rule which an order breaks that nothing called
// for, by what was due instead.
#include <algorithm>

#include "simulator/reference_model.hpp"

namespace fullcone::sim {
namespace {

bool ends_in(ByteView octets, ByteView payload) {
  return !payload.empty() && octets.size() >= payload.size() &&
         std::ranges::equal(octets.last(payload.size()), payload);
}

// The sender that a well-formed UMFURS names.
std::optional<Endpoint> named_sender(ByteView octets) {
  if (octets.size() < 2) return std::nullopt;
  const std::size_t length = std::size_t{octets[0]} << 8 | octets[1];
  if (octets.size() != 2 + length) return std::nullopt;
  return umfurs_sender(octets.subspan(2));
}

}  // namespace

// ----- a write

ReferenceModel::Breach ReferenceModel::breach_of_write(ConnectionNumber id,
                                                       const Connection& connection,
                                                       ByteView octets) const {
  const std::string what = std::to_string(octets.size()) + " octets on connection " +
                           std::to_string(id) + ", which nothing called for";
  const auto to_another_session = [&](const DueWrite& due) {
    const auto meant = connections_.find(due.connection);
    return meant != connections_.end() && meant->second.session != connection.session &&
           std::ranges::equal(due.octets, octets);
  };
  if (std::ranges::any_of(due_writes_, to_another_session)) return {"CONE-9", what};
  switch (connection.phase) {
    case Phase::crumfurs:
      return {breach_on_crumfurs(connection, octets), what};
    case Phase::channel:
      return {breach_on_channel(id, connection, octets), what};
    case Phase::v0_channel:
      return {breach_on_v0_channel(id, octets), what};
    case Phase::doomed:
      if (const auto due = due_closes_.find(id); due != due_closes_.end()) {
        return {due->second, "a write on connection " + std::to_string(id) + ", which is to close"};
      }
      break;
    default:
      break;
  }
  return {"HDR-5", "a write on connection " + std::to_string(id) + " before its request is whole"};
}

std::string_view ReferenceModel::breach_on_crumfurs(const Connection& connection,
                                                    ByteView octets) const {
  for (const DueWrite& due : due_writes_) {
    const ByteView payload = ByteView(due.octets).last(due.payload);
    if (!ends_in(octets, payload)) continue;
    if (due.rule == "CRUM-8") return "CRUM-8";
    if (due.kind == DueKind::frame) return "CONE-6";
    return named_sender(octets) ? "CONE-5" : "CRUM-3";
  }
  if (octets.size() == 1) return "CRUM-2";
  const auto session = sessions_.find(connection.session);
  if (requested_ && session != sessions_.end() && session->second.crumfurs == requested_) {
    return "CRUM-8";  // what waited
  }
  return named_sender(octets) ? "CONE-5" : "CRUM-3";
}

std::string_view ReferenceModel::breach_on_channel(ConnectionNumber id,
                                                   const Connection& connection,
                                                   ByteView octets) const {
  for (const DueWrite& due : due_writes_) {
    const ByteView payload = ByteView(due.octets).last(due.payload);
    if (!ends_in(octets, payload)) continue;
    if (due.connection == id) return octets[0] == 0 && octets[1] == 0 ? "RSP-1" : "UDP-1";
    if (due.kind == DueKind::umfurs) {
      const auto sender = named_sender(due.octets);
      return sender && sender->ip == connection.destination.ip ? "CONE-8" : "CONE-5";
    }
    const Endpoint& meant = connections_.at(due.connection).destination;
    if (meant == connection.destination) return "UDP-4";
    return meant.ip == connection.destination.ip ? "CONE-8" : "CONE-6";
  }
  const bool any_due =
      std::ranges::any_of(due_writes_, [&](const DueWrite& due) { return due.connection == id; });
  return any_due ? "UDP-8" : "CONE-5";
}

std::string_view ReferenceModel::breach_on_v0_channel(ConnectionNumber id, ByteView octets) const {
  for (const DueWrite& due : due_writes_) {
    if (due.connection != id) continue;
    const ByteView payload = ByteView(due.octets).last(due.payload);
    return ends_in(octets, payload) || payload.empty() ? "RSP-0" : "UDP-8";
  }
  return "UDP-6";
}

bool ReferenceModel::is_missing(const DueWrite& due) const {
  const auto connection = connections_.find(due.connection);
  return connection != connections_.end() &&
         has_room(due, connection->second, connection->second.queued);
}

// CRUM-10: whether `due` may and must be written where `queued` octets wait.
bool ReferenceModel::has_room(const DueWrite& due, const Connection& connection,
                              std::size_t queued) const {
  if (queued == 0 || due.kind == DueKind::answer || due.rule == "CRUM-8") return true;
  const bool burst = now_ - connection.queued_since < bounds_.burst_time;
  const std::size_t of_channel = burst ? bounds_.channel_burst : bounds_.channel_queue;
  const std::size_t bound = due.kind == DueKind::umfurs ? bounds_.crumfurs_queue : of_channel;
  return queued + due.octets.size() <= bound;
}

// ----- a close

std::optional<ReferenceModel::Breach> ReferenceModel::breach_of_close(
    ConnectionNumber id, const Connection& connection) const {
  if (shutting_down_) return std::nullopt;
  const std::string what = "connection " + std::to_string(id) + " is closed without a reason";
  switch (connection.phase) {
    case Phase::unjudged:
    case Phase::doomed:
      return std::nullopt;
    case Phase::tcp:
      if (connection.tcp->may_close()) return std::nullopt;
      return Breach{connection.tcp->rule_of_close(), what};
    case Phase::resolving:
      if (at_deadline_) return std::nullopt;
      return Breach{"UDP-7", what};
    case Phase::mux:
      return Breach{"MUX-4", what};
    case Phase::header:
      if (requested_ == id) return Breach{"EGRESS-2", what};
      if (at_deadline_) return Breach{"HDR-6", what};
      return Breach{std::get<Unfinished>(read_request(connection.received)).rule, what};
    case Phase::channel:
    case Phase::v0_channel:
    case Phase::crumfurs:
      break;
  }
  return Breach{breach_of_session_close(id, connection), what};
}

// A request is refused, or a channel closed that stood.
std::string_view ReferenceModel::breach_of_session_close(ConnectionNumber id,
                                                         const Connection& connection) const {
  if (requested_ == id) {
    if (connection.request.skips_addons) return "HDR-2";
    return connection.phase == Phase::crumfurs ? "EGRESS-2" : "UDP-2";
  }
  const auto requested = requested_ ? connections_.find(*requested_) : connections_.end();
  if (requested != connections_.end()) {
    return requested->second.session == connection.session ? "CRUM-7" : "CONE-9";
  }
  const auto session = sessions_.find(connection.session);
  if (session != sessions_.end() && session->second.cut_at) return "CRUM-8";
  return at_deadline_ ? "CONE-11" : "UDP-1";
}

std::string_view ReferenceModel::breach_of_port_close(const Port& port) const {
  const auto session = port.session ? sessions_.find(*port.session) : sessions_.end();
  if (at_deadline_) return "CONE-11";
  if (port.mux) return "MUX-1";
  const auto requested = requested_ ? connections_.find(*requested_) : connections_.end();
  if (requested != connections_.end() && requested->second.phase == Phase::crumfurs) {
    return "CRUM-7";
  }
  const bool is_cut = session != sessions_.end() && session->second.cut_at;
  if (is_cut) return "CRUM-8";
  return port.v0 ? "UDP-6" : "CONE-10";
}

}  // namespace fullcone::sim
