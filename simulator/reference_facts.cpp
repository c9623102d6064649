// The first half of the reference model: what each fact makes due.
#include <algorithm>
#include <utility>

#include "simulator/reference_model.hpp"
#include "wire/umfurs.hpp"

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
  delivered_on_channel_ = delivered_on_crumfurs_ = sent_ = 0;
}

void ReferenceModel::begin(TimePoint now) {
  now_ = now;
  for (const auto& [name, session] : sessions_) {
    if (session.cut_at && *session.cut_at + bounds_.grace < now) {
      report("CRUM-8", "a session outlived its grace period");
    }
  }
}

// ----- facts about a client's connection

void ReferenceModel::on_accepted(ConnectionNumber id, TimePoint now) {
  begin(now);
  connections_[id].accepted_at = now;
}

void ReferenceModel::on_bytes(ConnectionNumber id, ByteView bytes, TimePoint now) {
  begin(now);
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  switch (connection.phase) {
    case Phase::header:
      append(connection.received, bytes);
      return read_header(id, connection);
    case Phase::resolving:
      return append(connection.received, bytes);
    case Phase::tcp:
      return append(connection.to_target, bytes);
    case Phase::channel:
    case Phase::v0_channel:
      return read_frames(id, connection, bytes);
    case Phase::crumfurs:
      cut_crumfurs(connection.session);
      return doom(id, "CRUM-6");
    case Phase::unjudged:
    case Phase::doomed:
      return;
  }
}

void ReferenceModel::on_end_of_stream(ConnectionNumber id, TimePoint now) {
  begin(now);
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  switch (connection.phase) {
    case Phase::header:
      return connection.received.empty() ? doom(id, "HDR-6") : reject(id, connection, "HDR-6");
    case Phase::resolving:
      return doom(id, "UDP-1");
    case Phase::channel:
      leave(id, connection);
      return doom(id, "CONE-10");
    case Phase::v0_channel:
      if (connection.external) due_port_closes_.insert(*connection.external);
      return doom(id, "UDP-6");
    case Phase::crumfurs:
      return end_session(connection.session);
    case Phase::tcp:
    case Phase::unjudged:
    case Phase::doomed:
      return;
  }
}

void ReferenceModel::on_lost(ConnectionNumber id, TimePoint now) {
  begin(now);
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  const Connection& connection = found->second;
  if (connection.phase == Phase::crumfurs) cut_crumfurs(connection.session);
  if (connection.phase == Phase::v0_channel && connection.external) {
    due_port_closes_.insert(*connection.external);
  }
  leave(id, connection);
  connections_.erase(found);
}

// ----- from a header to a role

void ReferenceModel::read_header(ConnectionNumber id, Connection& connection) {
  const auto parsed = parse_request_header(connection.received);
  if (parsed.needs_more()) return;
  if (parsed.malformed() != nullptr) return reject(id, connection, "HDR-5");
  if (!users_.contains(parsed.value().user.octets)) return reject(id, connection, "AUTH-1");
  connection.request = parsed.value();
  connection.session = {parsed.value().user.octets, parsed.value().session.octets};
  const auto end = connection.received.begin() + static_cast<std::ptrdiff_t>(parsed.consumed());
  Bytes early(end, connection.received.end());
  connection.received.clear();
  requested_ = id;
  begin_request(id, connection, std::move(early));
}

void ReferenceModel::reject(ConnectionNumber id, Connection& connection, std::string_view rule) {
  if (!bounds_.has_fallback) return doom(id, rule);
  connection.phase = Phase::unjudged;
}

void ReferenceModel::doom(ConnectionNumber id, std::string_view rule) {
  connections_.at(id).phase = Phase::doomed;
  due_closes_.emplace(id, rule);
}

void ReferenceModel::begin_request(ConnectionNumber id, Connection& connection, Bytes early) {
  switch (connection.request.command) {
    case Command::tcp:
      connection.phase = Phase::tcp;
      connection.to_target = std::move(early);
      if (connection.request.version == 0) connection.to_client = {0, 0};
      return;
    case Command::udp:
      return begin_udp(id, connection, std::move(early));
    case Command::crumfurs:
      return begin_crumfurs(id, connection, !early.empty());
    case Command::mux:
      return doom(id, "HDR-3");
  }
}

void ReferenceModel::begin_crumfurs(ConnectionNumber id, Connection& connection, bool violated) {
  connection.phase = Phase::crumfurs;
  const auto [entry, is_new] = sessions_.try_emplace(connection.session);
  Session& session = entry->second;
  if (is_new) session.mapping = connection.request.mapping;
  if (session.crumfurs) doom(*session.crumfurs, "CRUM-7");
  session.crumfurs = id;
  session.cut_at.reset();
  due_writes_.push_back({id, DueKind::answer, {kCrumfursEstablished}});
  for (Bytes& message : session.waiting) {
    due_writes_.push_back({id, DueKind::umfurs, std::move(message)});
  }
  session.waiting.clear();
  if (!violated) return;
  cut_crumfurs(connection.session);
  doom(id, "CRUM-6");
}

void ReferenceModel::begin_udp(ConnectionNumber id, Connection& connection, Bytes early) {
  const auto found = sessions_.find(connection.session);
  const bool v1 = connection.request.version == 1;
  if (v1 && (found == sessions_.end() || !found->second.crumfurs)) return doom(id, "UDP-2");
  const Destination& destination = *connection.request.destination;
  if (const auto* const endpoint = std::get_if<Endpoint>(&destination)) {
    return open_channel(id, connection, *endpoint, early);
  }
  if (v1) {
    const auto pin = found->second.pins.find(std::get<NamedEndpoint>(destination));
    if (pin != found->second.pins.end()) {
      return open_channel(id, connection, pin->second.destination, early);
    }
  }
  connection.phase = Phase::resolving;
  connection.received = std::move(early);
}

void ReferenceModel::on_resolved(ConnectionNumber id, std::span<const IpAddress> addresses,
                                 TimePoint now) {
  begin(now);
  const auto resolving = connections_.find(id);
  if (resolving == connections_.end() || resolving->second.phase != Phase::resolving) return;
  Connection& connection = resolving->second;
  const auto& name = std::get<NamedEndpoint>(*connection.request.destination);
  std::optional<Endpoint> destination;
  if (connection.request.version == 1) {
    const auto session = sessions_.find(connection.session);
    if (session == sessions_.end() || !session->second.crumfurs) return doom(id, "UDP-2");
    const auto pin = session->second.pins.find(name);
    if (pin != session->second.pins.end()) destination = pin->second.destination;
  }
  for (const IpAddress& ip : addresses) {
    if (!destination && bounds_.egress_allows({ip, name.port})) destination = {ip, name.port};
  }
  if (!destination) return doom(id, "UDP-7");
  open_channel(id, connection, *destination, std::exchange(connection.received, {}));
}

void ReferenceModel::open_channel(ConnectionNumber id, Connection& connection,
                                  const Endpoint& destination, const Bytes& early) {
  if (!bounds_.egress_allows(destination)) return doom(id, "EGRESS-1");
  connection.destination = destination;
  if (connection.request.version == 0) {
    connection.phase = Phase::v0_channel;
  } else {
    Session& session = sessions_.at(connection.session);
    connection.phase = Phase::channel;
    connection.external = port_towards(session, destination);
    session.channels[destination].push_back(id);
    if (connection.external && session.mapping == MappingPolicy::by_destination) {
      session.dialled.try_emplace(destination, *connection.external);
    }
    const auto* const name = std::get_if<NamedEndpoint>(&*connection.request.destination);
    if (connection.external && name != nullptr) {
      session.pins.try_emplace(*name, Pin{destination, *connection.external});
    }
  }
  if (!connection.external) due_port_for_ = id;
  if (!early.empty()) read_frames(id, connection, early);
}

// CONE-1, CONE-2, else none: CONE-3. With endpoint-independent mapping, CONE-E.
std::optional<Endpoint> ReferenceModel::port_towards(const Session& session,
                                                     const Endpoint& destination) const {
  if (session.mapping == MappingPolicy::endpoint_independent) {
    const auto found = session.by_family.find(destination.family());
    return found == session.by_family.end() ? std::nullopt : std::optional(found->second);
  }
  const auto dialled = session.dialled.find(destination);
  if (dialled != session.dialled.end()) return dialled->second;
  const auto heard = session.heard.find(destination);
  if (heard != session.heard.end()) return heard->second.external;
  return std::nullopt;
}

void ReferenceModel::read_frames(ConnectionNumber id, Connection& connection, ByteView bytes) {
  const std::size_t largest = max_udp_payload(connection.destination.family());
  bool any = false;
  connection.frames.feed(bytes, [&](ByteView payload) {
    any = true;
    if (payload.size() > largest) return true;  // UDP-5
    due_sends_.push_back({id, connection.destination, to_bytes(payload)});
    return true;
  });
  if (any && connection.external) ports_.at(*connection.external).last_out = now_;
}

// ----- facts about external ports

void ReferenceModel::on_datagram(const Endpoint& external, const Endpoint& source, ByteView payload,
                                 TimePoint now) {
  begin(now);
  const auto found = ports_.find(external);
  if (found == ports_.end()) return;
  Port& port = found->second;
  const auto v0 = port.v0 ? connections_.find(*port.v0) : connections_.end();
  if (v0 != connections_.end() && v0->second.destination == source) {  // UDP-6
    port.last_in = now;
    deliver_v0(v0->first, payload);
  }
  const auto session = port.session ? sessions_.find(*port.session) : sessions_.end();
  if (session == sessions_.end()) return;
  port.last_in = now;
  port.heard_from.insert(source);
  hear(session->second, external, source);
  deliver(session->second, source, payload);
}

void ReferenceModel::hear(Session& session, const Endpoint& external, const Endpoint& source) {
  session.heard[source] = {external, ++datagrams_heard_};
  if (session.heard.size() <= bounds_.heard) return;
  session.heard.erase(std::ranges::min_element(
      session.heard, {}, [](const auto& entry) { return entry.second.when; }));
}

// CONE-5 and CONE-6: on the source's own channel, the one opened last; else by CRUMFURS.
void ReferenceModel::deliver(Session& session, const Endpoint& source, ByteView payload) {
  const auto channels = session.channels.find(source);
  Bytes octets;
  if (channels != session.channels.end() && !channels->second.empty()) {
    octets = to_bytes(datagram_frame_head(payload.size()).view());
    append(octets, payload);
    due_writes_.push_back({channels->second.back(), DueKind::frame, std::move(octets)});
    return;
  }
  if (payload.empty() || payload.size() > max_umfurs_payload(source.family())) return;  // CRUM-9
  octets = to_bytes(umfurs_head(source, payload.size()).view());
  append(octets, payload);
  if (session.crumfurs) {
    due_writes_.push_back({*session.crumfurs, DueKind::umfurs, std::move(octets)});
  } else {
    session.waiting.push_back(std::move(octets));
  }
}

void ReferenceModel::deliver_v0(ConnectionNumber id, ByteView payload) {
  Bytes octets;
  if (!connections_.at(id).answered) octets = {0, 0};
  append(octets, datagram_frame_head(payload.size()).view());
  append(octets, payload);
  due_writes_.push_back({id, DueKind::frame, std::move(octets)});
}

// ----- the rest

void ReferenceModel::on_target_bytes(ConnectionNumber id, ByteView bytes, TimePoint now) {
  begin(now);
  const auto found = connections_.find(id);
  if (found != connections_.end()) append(found->second.to_client, bytes);
}

void ReferenceModel::on_other(TimePoint now) { begin(now); }

void ReferenceModel::on_shutdown(TimePoint now) {
  begin(now);
  shutting_down_ = true;
  while (!sessions_.empty()) end_session(SessionName(sessions_.begin()->first));
}

void ReferenceModel::on_deadline(TimePoint now) {
  now_ = now;
  at_deadline_ = true;
  std::vector<SessionName> over;
  for (const auto& [name, session] : sessions_) {
    if (session.cut_at && *session.cut_at + bounds_.grace <= now) over.push_back(name);
  }
  for (const SessionName& name : over) end_session(name);
  for (const auto& [external, port] : ports_) {
    if ((port.session || port.v0) && expiry(port) <= now) due_port_closes_.insert(external);
  }
  for (auto& [id, connection] : connections_) {
    const bool late = connection.accepted_at + bounds_.header_timeout <= now;
    if (connection.phase == Phase::header && late) reject(id, connection, "HDR-6");
  }
}

TimePoint ReferenceModel::expiry(const Port& port) const {
  return std::min(std::max(port.last_out, port.last_in) + bounds_.mapping_idle,
                  port.last_out + bounds_.mapping_inbound_only);
}

void ReferenceModel::cut_crumfurs(const SessionName& name) {
  Session& session = sessions_.at(name);
  session.crumfurs.reset();
  session.cut_at = now_;
}

void ReferenceModel::end_session(const SessionName& name) {
  const Session session = std::move(sessions_.at(name));
  sessions_.erase(name);
  if (session.crumfurs) doom(*session.crumfurs, "CRUM-8");
  for (const auto& [destination, channels] : session.channels) {
    for (const ConnectionNumber channel : channels) doom(channel, "CRUM-8");
  }
  for (auto& [external, port] : ports_) {
    if (port.session == name) due_port_closes_.insert(external);
  }
}

}  // namespace fullcone::sim
