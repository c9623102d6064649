// The part of the reference model that makes of a connection's first octets what it is to be, or
// refuses it: HDR, AUTH, EGRESS, UDP-2, UDP-7, and CONE-1 to CONE-3.
#include <algorithm>
#include <utility>

#include "simulator/reference_model.hpp"

namespace fullcone::sim {

void ReferenceModel::on_accepted(ConnectionNumber id, TimePoint now) {
  begin(now);
  requested_ = id;
  connections_[id].accepted_at = now;
  look_by(now + bounds_.header_timeout);
  if (connections_.size() <= bounds_.unauthenticated) return;
  const auto is_unauthenticated = [](const auto& entry) {
    return entry.second.phase == Phase::header;
  };
  const auto waiting = std::ranges::count_if(connections_, is_unauthenticated);
  if (static_cast<std::size_t>(waiting) > bounds_.unauthenticated) doom(id, "EGRESS-2");
}

void ReferenceModel::read_header(ConnectionNumber id, Connection& connection) {
  const ReadRequest read = read_request(connection.received);
  if (std::holds_alternative<Unfinished>(read)) return;
  requested_ = id;
  if (const auto* const refused = std::get_if<Refused>(&read)) {
    return reject(id, connection, refused->rule);
  }
  connection.request = std::get<ReferenceRequest>(read);
  const ReferenceRequest& request = connection.request;
  if (!users_.contains(request.user)) return reject(id, connection, "AUTH-1");
  connection.session = {request.user, request.session};
  const auto end = connection.received.begin() + static_cast<std::ptrdiff_t>(request.octets);
  Bytes early(end, connection.received.end());
  connection.received.clear();
  connection.phase = Phase::doomed;  // until it has a role
  const auto is_of_user = [&](const auto& entry) {
    return entry.second.phase != Phase::header && entry.second.request.user == request.user;
  };
  if (connections_.size() > bounds_.connections_per_user &&
      static_cast<std::size_t>(std::ranges::count_if(connections_, is_of_user)) >
          bounds_.connections_per_user) {
    return doom(id, "EGRESS-2");
  }
  begin_request(id, connection, std::move(early));
}

void ReferenceModel::reject(ConnectionNumber id, Connection& connection, std::string_view rule) {
  connection.request = {};
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
      connection.tcp = std::make_unique<ReferenceTcp>(connection.request.version,
                                                      *connection.request.destination,
                                                      std::move(early), now_, bounds_.tcp);
      if (const auto due = connection.tcp->due()) look_by(*due);
      settling_.insert(id);
      return;
    case Command::udp:
      return begin_udp(id, connection, early);
    case Command::crumfurs:
      return begin_crumfurs(id, connection, !early.empty());
    case Command::mux:
      if (!bounds_.offers_mux) return doom(id, "HDR-3");
      return begin_mux(id, connection, early);
  }
}

// ----- CRUMFURS

void ReferenceModel::begin_crumfurs(ConnectionNumber id, Connection& connection, bool violated) {
  const bool is_new = !sessions_.contains(connection.session);
  if (is_new && !make_room_for_session(connection.session.first)) return doom(id, "EGRESS-2");
  connection.phase = Phase::crumfurs;
  Session& session = sessions_[connection.session];
  if (is_new) session.mapping = connection.request.mapping;
  if (session.crumfurs) doom(*session.crumfurs, "CRUM-7");
  session.crumfurs = id;
  session.cut_at.reset();
  due_writes_.push_back({id, DueKind::answer, {0x14}, 0, "CRUM-2"});
  for (Bytes& message : session.waiting) {
    const std::size_t size = message.size();
    due_writes_.push_back({id, DueKind::umfurs, std::move(message), size, "CRUM-8"});
  }
  session.waiting.clear();
  session.waiting_octets = 0;
  if (!violated) return;
  cut_crumfurs(connection.session);
  doom(id, "CRUM-6");
}

// At the limit, the session that has been cut for longest gives way; false: none is cut.
bool ReferenceModel::make_room_for_session(const Octets16& user) {
  if (sessions_.size() < bounds_.sessions_per_user) return true;
  std::size_t held = 0;
  const std::pair<const SessionName, Session>* longest = nullptr;
  for (const auto& entry : sessions_) {
    if (entry.first.first != user) continue;
    ++held;
    const auto& cut_at = entry.second.cut_at;
    if (cut_at && (longest == nullptr || *cut_at < *longest->second.cut_at)) longest = &entry;
  }
  if (held < bounds_.sessions_per_user) return true;
  if (longest == nullptr) return false;
  end_session(SessionName(longest->first));
  return true;
}

// ----- UDP

void ReferenceModel::begin_udp(ConnectionNumber id, Connection& connection, const Bytes& early) {
  const auto found = sessions_.find(connection.session);
  const bool v1 = connection.request.version == 1;
  if (v1 && (found == sessions_.end() || !found->second.crumfurs)) {
    return doom(id, rule_without_crumfurs(connection.session));
  }
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
  connection.received = early;
}

// What a server has overlooked that takes a UDP request of this session: CONE-9 where another user
// has an established session of the same id.
std::string_view ReferenceModel::rule_without_crumfurs(const SessionName& name) const {
  const bool is_anothers = std::ranges::any_of(sessions_, [&](const auto& entry) {
    return entry.first.second == name.second && entry.second.crumfurs.has_value();
  });
  return is_anothers ? "CONE-9" : "UDP-2";
}

void ReferenceModel::on_resolved(LookupNumber lookup, std::span<const IpAddress> addresses,
                                 TimePoint now) {
  begin(now);
  if (lookup.stream != 0) return on_mux_resolved(lookup, addresses);
  const ConnectionNumber id = lookup.connection;
  Connection* const connection = find(id);
  if (connection == nullptr) return;
  if (connection->tcp) {
    settling_.insert(id);
    return connection->tcp->on_resolved(addresses);
  }
  if (connection->phase != Phase::resolving) return;
  requested_ = id;
  const auto& name = std::get<NamedEndpoint>(*connection->request.destination);
  std::optional<Endpoint> destination;
  if (connection->request.version == 1) {
    const auto session = sessions_.find(connection->session);
    if (session == sessions_.end() || !session->second.crumfurs) {
      return doom(id, rule_without_crumfurs(connection->session));
    }
    const auto pin = session->second.pins.find(name);
    if (pin != session->second.pins.end()) destination = pin->second.destination;
  }
  for (const IpAddress& ip : addresses) {
    if (!destination && bounds_.tcp.egress_allows({ip, name.port})) destination = {ip, name.port};
  }
  if (!destination) return doom(id, addresses.empty() ? "UDP-7" : "EGRESS-1");
  open_channel(id, *connection, *destination, std::exchange(connection->received, {}));
}

void ReferenceModel::open_channel(ConnectionNumber id, Connection& connection,
                                  const Endpoint& destination, const Bytes& early) {
  if (!bounds_.tcp.egress_allows(destination)) return doom(id, "EGRESS-1");
  connection.destination = destination;
  if (connection.request.version == 0) {
    connection.phase = Phase::v0_channel;
    connection.port_rule = "UDP-6";
  } else {
    Session& session = sessions_.at(connection.session);
    const PortChoice port = port_towards(session, destination);
    if (!within_limits(session, connection, port)) return doom(id, "EGRESS-2");
    connection.phase = Phase::channel;
    connection.external = port.external;
    connection.port_rule = port.rule;
    session.channels[destination].push_back(id);
    ++session.channels_open;
    if (connection.external && session.mapping == MappingPolicy::by_destination) {
      session.dialled.try_emplace(destination, *connection.external);
    }
    const auto* const name = std::get_if<NamedEndpoint>(&*connection.request.destination);
    if (connection.external && name != nullptr) {
      session.pins.try_emplace(*name, Pin{destination, *connection.external});
    }
  }
  if (!connection.external) due_port_for_ = id;
  if (!early.empty()) read_frames(id, connection, early, true);
}

bool ReferenceModel::within_limits(const Session& session, const Connection& connection,
                                   const PortChoice& port) const {
  if (session.channels_open >= bounds_.channels) return false;
  const auto* const name = std::get_if<NamedEndpoint>(&*connection.request.destination);
  if (name != nullptr && !session.pins.contains(*name) && session.pins.size() >= bounds_.dialled) {
    return false;
  }
  if (!port.external && session.ports >= bounds_.ports) return false;
  return session.mapping == MappingPolicy::endpoint_independent ||
         session.dialled.contains(connection.destination) ||
         session.dialled.size() < bounds_.dialled;
}

ReferenceModel::PortChoice ReferenceModel::port_towards(const Session& session,
                                                        const Endpoint& destination) const {
  if (session.mapping == MappingPolicy::endpoint_independent) {
    const auto found = session.by_family.find(destination.family());
    if (found == session.by_family.end()) return {std::nullopt, "CONE-E"};
    return {found->second, "CONE-E"};
  }
  const auto dialled = session.dialled.find(destination);
  if (dialled != session.dialled.end()) {
    const auto channels = session.channels.find(destination);
    const bool is_open = channels != session.channels.end() && !channels->second.empty();
    return {dialled->second, is_open ? "CONE-1" : "CONE-10"};
  }
  // Where peers have been pushed out, a mistake is likely to be about which.
  const auto heard = session.heard.find(destination);
  if (heard == session.heard.end()) {
    return {std::nullopt, session.pushed_out.contains(destination) ? "CONE-12" : "CONE-3"};
  }
  if (heard->second.formless) return {heard->second.external, "CRUM-9"};
  return {heard->second.external, session.pushed_out.empty() ? "CONE-2" : "CONE-12"};
}

}  // namespace fullcone::sim
