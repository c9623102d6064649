// The part of the reference model that says what each fact makes due.
#include <algorithm>
#include <utility>

#include "simulator/reference_model.hpp"

namespace fullcone::sim {

ReferenceModel::ReferenceModel(Findings& findings, ReferenceBounds bounds,
                               const std::vector<Uuid>& users)
    : findings_(findings), bounds_(std::move(bounds)) {
  for (const Uuid& user : users) users_.insert(user.octets);
}

void ReferenceModel::on_restarted() {
  connections_.clear();
  sessions_.clear();
  ports_.clear();
  clear_due();
  look_at_ = TimePoint::max();
  delivered_on_channel_ = delivered_on_crumfurs_ = sent_ = 0;
}

ReferenceModel::Connection* ReferenceModel::find(ConnectionNumber id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : &found->second;
}

// ----- time

void ReferenceModel::begin(TimePoint now) {
  now_ = now;
  if (now > look_at_) look_for_the_overdue();
}

// What a deadline should have ended by now is still there. Deadlines only ever move away, and new
// ones are told to look_by(); so between two looks nothing is missed.
void ReferenceModel::look_for_the_overdue() {
  look_at_ = TimePoint::max();
  const auto look = [&](TimePoint due, std::string_view rule, std::string_view what) {
    if (due < now_) return report(rule, std::string(what) + " outlives its time");
    look_by(due);
  };
  for (const auto& [name, session] : sessions_) {
    if (session.cut_at) look(*session.cut_at + bounds_.grace, "CRUM-8", "a cut session");
  }
  for (const auto& [external, port] : ports_) {
    if (port.session || port.v0 || port.mux) look(expiry(port), "CONE-11", external.to_string());
  }
  for (const auto& [id, connection] : connections_) {
    if (connection.phase == Phase::header) {
      look(connection.accepted_at + bounds_.header_timeout, "HDR-6", "a connection without header");
    }
    const auto due = connection.tcp ? connection.tcp->due() : std::nullopt;
    if (due) look(*due, "TCP-3", "a dial");
    if (!connection.mux) continue;
    for (const auto& [stream, tcp] : connection.mux->tcp) {
      if (tcp.due()) look(*tcp.due(), "TCP-3", "a dial of a stream");
    }
  }
}

void ReferenceModel::look_by(TimePoint due) { look_at_ = std::min(look_at_, due); }

void ReferenceModel::on_deadline(TimePoint now) {
  begin(now);
  at_deadline_ = true;
  std::vector<SessionName> over;
  for (const auto& [name, session] : sessions_) {
    if (session.cut_at && *session.cut_at + bounds_.grace <= now) over.push_back(name);
  }
  for (const SessionName& name : over) end_session(name);
  for (const auto& [external, port] : ports_) {
    if ((port.session || port.v0 || port.mux) && expiry(port) <= now) {
      due_port_closes_.emplace(external, "CONE-11");
    }
  }
  for (auto& [id, connection] : connections_) {
    const bool late = connection.accepted_at + bounds_.header_timeout <= now;
    if (connection.phase == Phase::header && late) reject(id, connection, "HDR-6");
    if (!connection.tcp && !connection.mux) continue;
    settling_.insert(id);
    if (connection.tcp) connection.tcp->on_deadline(now);
    if (connection.mux) look_at_mux(now, connection);
  }
}

TimePoint ReferenceModel::expiry(const Port& port) const {
  return std::min(std::max(port.last_out, port.last_in) + bounds_.mapping_idle,
                  port.last_out + bounds_.mapping_inbound_only);
}

void ReferenceModel::on_other(TimePoint now) { begin(now); }

void ReferenceModel::on_shutdown(TimePoint now) {
  begin(now);
  shutting_down_ = true;
  while (!sessions_.empty()) end_session(SessionName(sessions_.begin()->first));
}

// ----- facts about a client's connection

void ReferenceModel::on_bytes(ConnectionNumber id, ByteView bytes, TimePoint now) {
  begin(now);
  Connection* const connection = find(id);
  if (connection == nullptr) return;
  switch (connection->phase) {
    case Phase::header:
      append(connection->received, bytes);
      return read_header(id, *connection);
    case Phase::resolving:
      return append(connection->received, bytes);
    case Phase::tcp:
      settling_.insert(id);
      return connection->tcp->on_client_bytes(bytes);
    case Phase::channel:
    case Phase::v0_channel:
      return read_frames(id, *connection, bytes, false);
    case Phase::crumfurs:
      cut_crumfurs(connection->session);
      return doom(id, "CRUM-6");
    case Phase::mux:
      return read_mux(id, *connection, bytes);
    case Phase::unjudged:
    case Phase::doomed:
      return;
  }
}

void ReferenceModel::on_end_of_stream(ConnectionNumber id, TimePoint now) {
  begin(now);
  Connection* const connection = find(id);
  if (connection == nullptr) return;
  switch (connection->phase) {
    case Phase::header:
      return connection->received.empty() ? doom(id, "HDR-6") : reject(id, *connection, "HDR-6");
    case Phase::resolving:
      return doom(id, "UDP-1");
    case Phase::tcp:
      settling_.insert(id);
      return connection->tcp->on_client_end();
    case Phase::channel:
      leave(id, *connection);
      return doom(id, "CONE-10");
    case Phase::v0_channel:
      if (connection->external) due_port_closes_.emplace(*connection->external, "UDP-6");
      return doom(id, "UDP-6");
    case Phase::crumfurs:
      return end_session(connection->session);
    case Phase::mux:
      end_mux(*connection);
      return doom(id, "TCP-2");
    case Phase::unjudged:
    case Phase::doomed:
      return;
  }
}

void ReferenceModel::on_lost(ConnectionNumber id, TimePoint now) {
  begin(now);
  Connection* const connection = find(id);
  if (connection == nullptr) return;
  if (connection->phase == Phase::crumfurs) cut_crumfurs(connection->session);
  if (connection->phase == Phase::v0_channel && connection->external) {
    due_port_closes_.emplace(*connection->external, "UDP-6");
  }
  leave(id, *connection);
  connections_.erase(id);
}

void ReferenceModel::on_drained(ConnectionNumber id, std::size_t octets) {
  Connection* const connection = find(id);
  if (connection == nullptr) return;
  connection->queued -= std::min(octets, connection->queued);
  if (!connection->mux) return;
  connection->mux->wire.on_drained(octets);
  settling_.insert(id);
}

void ReferenceModel::read_frames(ConnectionNumber id, Connection& connection, ByteView bytes,
                                 bool early) {
  const std::size_t largest = largest_datagram(connection.destination.family());
  const bool is_named = std::holds_alternative<NamedEndpoint>(*connection.request.destination);
  bool any = false;
  connection.frames.feed(bytes, [&](ByteView payload) {
    any = any || payload.size() <= largest;
    if (payload.size() > largest) return true;  // UDP-5
    const bool extreme = payload.empty() || payload.size() == largest;
    due_sends_.push_back({id, connection.destination, to_bytes(payload),
                          early      ? "HDR-5"
                          : extreme  ? "UDP-5"
                          : is_named ? "UDP-7"
                                     : "UDP-8"});
    return true;
  });
  if (any && connection.external) ports_.at(*connection.external).last_out = now_;
}

// ----- facts about a TCP target

template <class Fact>
void ReferenceModel::tell_tcp(TargetNumber id, TimePoint now, Fact&& fact) {
  begin(now);
  ReferenceTcp* const tcp = find_tcp(id);
  if (tcp == nullptr) return;
  settling_.insert(id.connection);
  fact(*tcp);
}

void ReferenceModel::on_target_connected(TargetNumber id, TimePoint now) {
  tell_tcp(id, now, [](ReferenceTcp& tcp) { tcp.on_target_connected(); });
}

void ReferenceModel::on_target_failed(TargetNumber id, TimePoint now) {
  on_target_closed(id);
  tell_tcp(id, now, [](ReferenceTcp& tcp) { tcp.on_target_failed(); });
}

void ReferenceModel::on_target_bytes(TargetNumber id, ByteView bytes, TimePoint now) {
  tell_tcp(id, now, [&](ReferenceTcp& tcp) { tcp.on_target_bytes(bytes); });
}

void ReferenceModel::on_target_end(TargetNumber id, TimePoint now) {
  tell_tcp(id, now, [](ReferenceTcp& tcp) { tcp.on_target_end(); });
}

void ReferenceModel::on_target_lost(TargetNumber id, TimePoint now) {
  on_target_closed(id);
  tell_tcp(id, now, [](ReferenceTcp& tcp) { tcp.on_target_lost(); });
}

// ----- facts about external ports

void ReferenceModel::on_datagram(const Endpoint& external, const Endpoint& source, ByteView payload,
                                 TimePoint now) {
  begin(now);
  const auto found = ports_.find(external);
  if (found == ports_.end()) return;
  Port& port = found->second;
  if (port.mux) return deliver_by_mux(port, source, payload);
  const auto v0 = port.v0 ? connections_.find(*port.v0) : connections_.end();
  if (v0 != connections_.end() && v0->second.destination == source) {  // UDP-6
    port.last_in = now;
    deliver_v0(v0->first, payload);
  }
  const auto session = port.session ? sessions_.find(*port.session) : sessions_.end();
  if (session == sessions_.end()) return;
  port.last_in = now;
  if (port.opened_for != source) port.heard_from.insert(source);
  hear(session->second, external, source, !has_umfurs_form(source, payload));
  deliver(session->second, source, payload);
}

void ReferenceModel::hear(Session& session, const Endpoint& external, const Endpoint& source,
                          bool formless) {
  const auto [entry, is_new] = session.heard.try_emplace(source);
  Heard& heard = entry->second;
  const bool moved = heard.external != external;
  heard = {external, ++datagrams_heard_, formless && (is_new || moved || heard.formless)};
  session.pushed_out.erase(source);
  if (session.heard.size() <= bounds_.heard) return;
  const auto oldest = std::ranges::min_element(session.heard, {},
                                               [](const auto& each) { return each.second.when; });
  session.pushed_out.insert(oldest->first);
  session.heard.erase(oldest);
}

// CONE-5 to CONE-7: on the source's own channel, the one opened last; else by CRUMFURS.
void ReferenceModel::deliver(Session& session, const Endpoint& source, ByteView payload) {
  const auto channels = session.channels.find(source);
  if (channels != session.channels.end() && !channels->second.empty()) {
    const ConnectionNumber id = channels->second.back();
    const Connection& channel = connections_.at(id);
    const bool was_unknown = channel.port_rule == "CONE-2" && !channel.answered;
    due_writes_.push_back(
        {id, DueKind::frame, frame_of(payload), payload.size(), was_unknown ? "CONE-7" : "UDP-4"});
    return;
  }
  if (!has_umfurs_form(source, payload)) return;  // CRUM-9
  Bytes message = umfurs_of(source, payload);
  if (session.crumfurs) {
    due_writes_.push_back(
        {*session.crumfurs, DueKind::umfurs, std::move(message), payload.size(), "CONE-5"});
    return;
  }
  session.waiting_octets += message.size();
  session.waiting.push_back(std::move(message));
  while (session.waiting_octets > bounds_.crumfurs_queue && session.waiting.size() > 1) {  // CRUM-8
    session.waiting_octets -= session.waiting.front().size();
    session.waiting.pop_front();
  }
}

void ReferenceModel::deliver_v0(ConnectionNumber id, ByteView payload) {
  Bytes octets;
  if (!connections_.at(id).answered) octets = {0, 0};
  append(octets, frame_of(payload));
  due_writes_.push_back({id, DueKind::frame, std::move(octets), payload.size(), "UDP-6"});
}

// ----- what becomes of a session

void ReferenceModel::cut_crumfurs(const SessionName& name) {
  Session& session = sessions_.at(name);
  session.crumfurs.reset();
  session.cut_at = now_;
  look_by(now_ + bounds_.grace);
}

void ReferenceModel::end_session(const SessionName& name) {
  const Session session = std::move(sessions_.at(name));
  sessions_.erase(name);
  if (session.crumfurs) doom(*session.crumfurs, "CRUM-8");
  for (const auto& [destination, channels] : session.channels) {
    for (const ConnectionNumber channel : channels) doom(channel, "CRUM-8");
  }
  for (auto& [external, port] : ports_) {
    if (port.session == name) due_port_closes_.emplace(external, "CRUM-8");
  }
}

}  // namespace fullcone::sim
