// From a connection's first octet to the role that its request gives it: HDR, AUTH, EGRESS, UDP-2,
// and UDP-7.
#include <algorithm>
#include <tuple>
#include <utility>

#include "core/server.hpp"
#include "core/server_request.hpp"

namespace fullcone {

void Server::read_header(ConnectionId id, Connection& connection, ByteView bytes, TimePoint now,
                         ServerActions& out) {
  Bytes& received = std::get<Boxed<ReadingHeader>>(connection.role)->received;
  append(received, bytes);
  auto parsed = parse_request_header(received);
  if (parsed.needs_more()) return;
  if (parsed.malformed() != nullptr) return reject(id, connection, now, out);
  connection.user = users_.find(parsed.value().user);
  if (!connection.user) return reject(id, connection, now, out);
  const auto header_end = received.begin() + static_cast<std::ptrdiff_t>(parsed.consumed());
  accept({id, std::move(parsed.value()), Bytes(header_end, received.end()), now}, connection, out);
}

// What is not VLESS, or nobody's, goes to the web server if there is one, and is closed otherwise.
void Server::reject(ConnectionId id, Connection& connection, TimePoint now, ServerActions& out) {
  ++counters_.connections_rejected;
  const std::size_t visitors_most = settings_.limits.unauthenticated_connections;
  if (!settings_.fallback || !users_.visitors().take(visitors_most)) return close(id, out);
  ++counters_.fallbacks;
  std::exchange(connection.counted_in, &users_.visitors())->give_back();
  Bytes received = std::move(std::get<Boxed<ReadingHeader>>(connection.role)->received);
  auto& relay = connection.become<ServerTcpRelay>(
      id, ServerTcpRelay::Options{{.timeout = settings_.limits.dial_timeout}, false});
  const std::size_t from = out.size();
  relay.start(*settings_.fallback, std::move(received), now, out);
  settle_relay(id, out, from);
}

void Server::accept(Request request, Connection& connection, ServerActions& out) {
  deadlines_.disarm(connection.alarm);
  const UserId user = *connection.user;
  users_.connections(user).add();
  std::exchange(connection.counted_in, &users_.connections(user))->give_back();
  if (users_.connections(user).held() > settings_.limits.connections_per_user) {
    return refuse(request.connection, out);
  }
  const Command command = request.header.command;
  const bool in_session =
      request.header.version == 1 && (command == Command::udp || command == Command::crumfurs);
  const auto shard =
      static_cast<unsigned>(SessionKeyHash{}(key_of(connection, request.header)) % shard_.count);
  if (!in_session || shard == shard_.index) return begin(std::move(request), connection, out);

  const ConnectionId id = request.connection;
  out.push(
      server::HandOver{id, shard, {user, std::move(request.header), std::move(request.early)}});
  connections_.erase(id);  // the other shard holds the user's connection from now on
}

void Server::begin(Request request, Connection& connection, ServerActions& out) {
  switch (request.header.command) {
    case Command::tcp:
      return begin_tcp(std::move(request), connection, out);
    case Command::udp:
      return begin_channel(std::move(request), connection, out);
    case Command::crumfurs:
      return begin_crumfurs(std::move(request), connection, out);
    case Command::mux:
      return begin_mux(std::move(request), connection, out);
  }
}

void Server::begin_tcp(Request request, Connection& connection, ServerActions& out) {
  const ConnectionId id = request.connection;
  const TargetDial::Options dial{&settings_.egress, settings_.limits.dial_timeout,
                                 &counters_.requests_denied};
  auto& relay = connection.become<ServerTcpRelay>(
      id, ServerTcpRelay::Options{dial, request.header.version == 0});
  const std::size_t from = out.size();
  relay.start(*request.header.destination, std::move(request.early), request.now, out);
  settle_relay(id, out, from);
}

void Server::begin_mux(Request request, Connection& connection, ServerActions& out) {
  const ConnectionId id = request.connection;
  if (!settings_.mux) return refuse(id, out);
  ++counters_.mux_connections;
  connection.become<ServerMux>(ServerMuxAssociation::Site{id, settings_.limits, settings_.egress,
                                                          mapping_ids_, counters_, hash_seed_});
  on_bytes(id, out.keep(std::move(request.early)), request.now, out);
}

void Server::begin_crumfurs(Request request, Connection& connection, ServerActions& out) {
  const SessionKey key = key_of(connection, request.header);
  ServerUdpSession* session = find_session(key);
  if (session == nullptr) session = begin_session(key, request.header.mapping, out);
  if (session == nullptr) return refuse(request.connection, out);
  connection.become<Crumfurs>(key, session);
  const std::size_t from = out.size();
  session->on_crumfurs_opened(request.connection, out);
  settle_session(key, out, from);
  if (!request.early.empty()) on_bytes(request.connection, request.early, request.now, out);
}

// At the user's limit a new session takes the place of the one that has been cut for longest: a
// client that crashed need not wait for the end of the grace periods that it left behind.
ServerUdpSession* Server::begin_session(const SessionKey& key, MappingPolicy mapping,
                                        ServerActions& out) {
  Tally& held = users_.sessions(key.user);
  if (held.held() >= settings_.limits.sessions_per_user) end_longest_cut(key.user, out);
  if (!held.take(settings_.limits.sessions_per_user)) return nullptr;
  ++counters_.sessions_begun;
  auto& session = sessions_[key].udp;
  session = std::make_unique<ServerUdpSession>(mapping, settings_.limits.session, mapping_ids_,
                                               counters_, hash_seed_);
  return session.get();
}

// Of those cut at the same instant the one with the least id, so that hashing decides nothing.
void Server::end_longest_cut(UserId user, ServerActions& out) {
  std::optional<SessionKey> longest;
  std::optional<TimePoint> ends;
  for (const auto& [key, session] : sessions_) {
    const auto grace = session.udp->grace_ends();
    if (key.user != user || !grace) continue;
    if (ends && std::tie(*ends, longest->session.octets) <= std::tie(*grace, key.session.octets)) {
      continue;
    }
    longest = key;
    ends = grace;
  }
  if (!longest) return;
  const std::size_t from = out.size();
  find_session(*longest)->end(out);
  settle_session(*longest, out, from);
}

void Server::begin_channel(Request request, Connection& connection, ServerActions& out) {
  const ServerUdpSession* const session =
      request.header.version == 1 ? find_session(key_of(connection, request.header)) : nullptr;
  if (request.header.version == 1 && (session == nullptr || !session->has_crumfurs())) {
    return refuse(request.connection, out);  // UDP-2
  }
  const Destination& destination = *request.header.destination;
  if (const auto* const endpoint = std::get_if<Endpoint>(&destination)) {
    const Endpoint target = *endpoint;
    return open_channel(std::move(request), connection, target, out);
  }
  const auto& name = std::get<NamedEndpoint>(destination);
  if (session != nullptr) {
    if (const auto pinned = session->pinned(name)) {
      return open_channel(std::move(request), connection, *pinned, out);
    }
  }
  const ConnectionId id = request.connection;
  out.push(server::PauseReading{id});
  out.push(server::Resolve{id, name.host});
  set_alarm(id, connection, request.now + settings_.limits.dial_timeout);
  connection.become<OpeningChannel>(std::move(request.header), std::move(request.early));
}

void Server::on_channel_resolved(ConnectionId id, Connection& connection,
                                 std::span<const IpAddress> addresses, TimePoint now,
                                 ServerActions& out) {
  set_alarm(id, connection, std::nullopt);
  auto opening = std::move(*std::get<Boxed<OpeningChannel>>(connection.role));
  const auto name = std::get<NamedEndpoint>(*opening.header.destination);
  std::optional<Endpoint> destination;
  if (opening.header.version == 1) {  // the session may have ended, or pinned the name meanwhile
    const auto* const session = find_session(key_of(connection, opening.header));
    if (session == nullptr || !session->has_crumfurs()) return refuse(id, out);
    destination = session->pinned(name);
  }
  for (const auto& ip : addresses) {
    if (!destination && settings_.egress.allows({ip, name.port})) {
      destination = Endpoint{ip, name.port};
    }
  }
  if (!destination && !addresses.empty()) ++counters_.requests_denied;
  if (!destination) return refuse(id, out);
  out.push(server::ResumeReading{id});
  open_channel({id, std::move(opening.header), std::move(opening.early), now}, connection,
               *destination, out);
}

void Server::open_channel(Request request, Connection& connection, const Endpoint& destination,
                          ServerActions& out) {
  const ConnectionId id = request.connection;
  if (!settings_.egress.allows(destination)) {
    ++counters_.requests_denied;
    return refuse(id, out);
  }
  if (request.header.version == 0) {
    return open_v0_channel(std::move(request), connection, destination, out);
  }
  const SessionKey key = key_of(connection, request.header);
  ServerUdpSession* const session = find_session(key);
  const auto* const named = std::get_if<NamedEndpoint>(&*request.header.destination);
  const std::size_t from = out.size();
  ServerUdpSession::Channel* const channel = session->on_channel_opened(
      id, destination, named != nullptr ? std::optional(*named) : std::nullopt, request.now, out);
  if (channel != nullptr) connection.role = IsolatedChannel{session, channel};
  settle_session(key, out, from);
  if (!request.early.empty() && channel != nullptr) {
    session->on_channel_bytes(*channel, out.keep(std::move(request.early)), request.now, out);
  }
}

void Server::open_v0_channel(Request request, Connection& connection, const Endpoint& destination,
                             ServerActions& out) {
  const ConnectionId id = request.connection;
  auto& channel = connection.become<ServerV0Channel>(id, mapping_ids_.next(), destination,
                                                     settings_.limits.session, counters_);
  const std::size_t from = out.size();
  channel.start(request.now, out);
  settle(out, from, id);
  set_alarm(id, connection, channel.deadline());
  if (!request.early.empty()) {
    channel.on_bytes(out.keep(std::move(request.early)), request.now, out);
  }
}

// A valid request that cannot be served: closed silently, and never shown to the fallback.
void Server::refuse(ConnectionId id, ServerActions& out) {
  ++counters_.connections_refused;
  close(id, out);
}

SessionKey Server::key_of(const Connection& connection, const RequestHeader& header) const {
  return {*connection.user, header.session};
}

}  // namespace fullcone
