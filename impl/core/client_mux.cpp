#include "core/client_mux.hpp"

#include <algorithm>
#include <utility>

#include "wire/request_header.hpp"

namespace fullcone {

// One connection, from the wish for it to its end.
class ClientMux::Link {
 public:
  enum class Phase : std::uint8_t { waiting, connecting, open };

  Link(const MuxLimits& limits, std::uint64_t hash_seed)
      : endpoint(mux::Sender::client, limits, hash_seed) {}

  MuxEndpoint endpoint;
  Phase phase = Phase::waiting;
  ConnectionId connection{};  // unless waiting
  TimePoint due{};            // waiting: of the dial
  TimePoint open_since{};
  std::optional<TimePoint> idle_since;  // open, without a stream
};

// ----- what an endpoint tells

class ClientMux::Turn final : public MuxEndpoint::Owner {
 public:
  Turn(ClientMux& mux, const Link& link, Users* users, ClientActions& out)
      : mux_(mux), connection_(link.connection), users_(users), out_(out) {}

  void write(const FrameHead& head, ByteView payload) override {
    out_.push(client::WriteServer{connection_, head, payload});
  }
  ByteView keep(Bytes octets) override { return out_.keep(std::move(octets)); }

  MuxEndpoint::Tag on_opened(mux::StreamId, const std::optional<Destination>&) override {
    return {};  // only the client opens streams
  }
  void on_data(MuxEndpoint::Stream stream, ByteView octets) override {
    users_->on_mux_data(LocalId{stream.tag}, octets);
  }
  void on_datagram(MuxEndpoint::Stream stream, const Destination& peer, ByteView payload) override {
    users_->on_mux_datagram(LocalId{stream.tag}, std::get<Endpoint>(peer), payload);
  }
  void on_end(MuxEndpoint::Stream stream) override { users_->on_mux_end(LocalId{stream.tag}); }
  void on_reset(MuxEndpoint::Stream stream, mux::Reason) override {
    users_->on_mux_reset(LocalId{stream.tag});
  }
  // When its holder's own call ends it, that call's result says so.
  void on_finished(MuxEndpoint::Stream stream) override {
    if (users_ != nullptr) users_->on_mux_finished(LocalId{stream.tag});
  }
  void on_drained(MuxEndpoint::Stream stream) override {
    users_->on_mux_drained(LocalId{stream.tag});
  }
  void on_datagrams_dropped(std::size_t count) override {
    mux_.counters_.sent_on_mux -= count;
    mux_.counters_.dropped_mux_full += count;
  }

 private:
  ClientMux& mux_;
  ConnectionId connection_;
  Users* users_;
  ClientActions& out_;
};

ClientMux::ClientMux(const ClientSettings& settings, IdSource<ConnectionId>& connection_ids,
                     Random& random, ClientCounters& counters)
    : settings_(settings),
      connection_ids_(connection_ids),
      random_(random),
      counters_(counters),
      backoff_(settings.limits.reconnect_first, settings.limits.reconnect_most) {}

ClientMux::~ClientMux() = default;

// ----- streams

ClientMux::Stream ClientMux::open(const std::optional<Destination>& target, LocalId holder,
                                  TimePoint now, ClientActions& out) {
  Link& link = link_with_room(now);
  if (link.phase == Link::Phase::waiting && link.due <= now) dial(link, out);
  link.idle_since.reset();
  Turn turn(*this, link, nullptr, out);
  return {&link, link.endpoint.open(target, static_cast<MuxEndpoint::Tag>(holder), turn)};
}

ClientMux::Link& ClientMux::link_with_room(TimePoint now) {
  for (const auto& link : links_) {
    if (link->endpoint.can_open()) return *link;
  }
  auto& link = links_.emplace_back(std::make_unique<Link>(settings_.limits.mux, random_.next()));
  link->due = std::max(now, not_before_);
  return *link;
}

bool ClientMux::is_up(Stream stream) const { return stream.link->phase == Link::Phase::open; }

bool ClientMux::send(Stream stream, ByteView octets, ClientActions& out) {
  Turn turn(*this, *stream.link, nullptr, out);
  return stream.link->endpoint.send(stream.id, octets, turn);
}

void ClientMux::send_datagram(Stream stream, const Destination& peer, ByteView payload,
                              TimePoint now, ClientActions& out) {
  ++counters_.sent_on_mux;
  Turn turn(*this, *stream.link, nullptr, out);
  stream.link->endpoint.send_datagram(stream.id, peer, payload, now, turn);
}

bool ClientMux::end(Stream stream, TimePoint now, ClientActions& out) {
  Turn turn(*this, *stream.link, nullptr, out);
  stream.link->endpoint.end(stream.id, turn);
  note_idle(*stream.link, now);
  return !stream.link->endpoint.has(stream.id);
}

void ClientMux::reset(Stream stream, TimePoint now, ClientActions& out) {
  Turn turn(*this, *stream.link, nullptr, out);
  stream.link->endpoint.reset(stream.id, mux::Reason::none, turn);
  note_idle(*stream.link, now);
}

std::optional<ConnectionId> ClientMux::on_consumed(Stream stream, std::size_t octets) {
  if (!stream.link->endpoint.on_consumed(stream.id, octets)) return std::nullopt;
  return stream.link->connection;
}

void ClientMux::note_idle(Link& link, TimePoint now) {
  if (link.endpoint.streams() == 0 && !link.idle_since) link.idle_since = now;
}

// ----- facts about its connections

ClientMux::Link* ClientMux::find(ConnectionId id) {
  const auto found = by_connection_.find(id);
  return found == by_connection_.end() ? nullptr : found->second;
}

void ClientMux::dial(Link& link, ClientActions& out) {
  link.phase = Link::Phase::connecting;
  link.connection = connection_ids_.next();
  by_connection_.emplace(link.connection, &link);
  out.push(client::Connect{link.connection});
}

void ClientMux::on_connected(ConnectionId id, TimePoint now, Users& users, ClientActions& out) {
  Link& link = *find(id);
  ++counters_.mux_connected;
  link.phase = Link::Phase::open;
  link.open_since = now;
  Bytes request;
  encode_request_header({.version = settings_.version,
                         .user = settings_.user,
                         .session = {},
                         .mapping = MappingPolicy::by_destination,
                         .command = Command::mux,
                         .destination = std::nullopt},
                        request);
  out.push(client::WriteServer{id, {}, out.keep(std::move(request))});
  link.endpoint.start();
  link.endpoint.for_each_stream(
      [&](MuxEndpoint::Stream stream) { users.on_mux_up(LocalId{stream.tag}); });
  on_room(id, now, users, out);
}

void ClientMux::on_bytes(ConnectionId id, ByteView bytes, TimePoint now, Users& users,
                         ClientActions& out) {
  Link& link = *find(id);
  Turn turn(*this, link, &users, out);
  if (link.endpoint.on_bytes(bytes, turn)) return note_idle(link, now);
  out.push(client::CloseServer{id, CloseKind::abort});
  lose(link, std::nullopt, now, users, out);
}

bool ClientMux::on_written(ConnectionId id, std::size_t octets) {
  return find(id)->endpoint.on_written(octets);
}

void ClientMux::on_room(ConnectionId id, TimePoint now, Users& users, ClientActions& out) {
  Link* const link = find(id);
  if (link == nullptr) return;
  Turn turn(*this, *link, &users, out);
  link->endpoint.on_room(turn);
  note_idle(*link, now);
}

void ClientMux::on_ended(ConnectionId id, TimePoint now, Users& users, ClientActions& out) {
  out.push(client::CloseServer{id});
  lose(*find(id), std::nullopt, now, users, out);
}

void ClientMux::on_lost(ConnectionId id, std::optional<ConnectFailure> why, TimePoint now,
                        Users& users, ClientActions& out) {
  lose(*find(id), why, now, users, out);
}

// The holders of its streams hear of it when it is gone already: what they open is another's.
void ClientMux::lose(Link& lost, std::optional<ConnectFailure> why, TimePoint now, Users& users,
                     ClientActions&) {
  ++counters_.mux_lost;
  const bool stood = lost.phase == Link::Phase::open;
  const Duration lived = stood ? now - lost.open_since : Duration::zero();
  const Duration pause = backoff_.next(lived, random_);  // drawn first, whatever the compiler
  not_before_ = now + pause + (stood ? spread() : Duration::zero());
  const std::unique_ptr<Link> link = take(lost);
  const std::size_t unsent = link->endpoint.queued_datagrams();
  counters_.sent_on_mux -= unsent;
  counters_.dropped_mux_full += unsent;
  link->endpoint.for_each_stream(
      [&](MuxEndpoint::Stream stream) { users.on_mux_lost(LocalId{stream.tag}, why); });
}

// All clients of a server that restarts lose it at one instant.
Duration ClientMux::spread() {
  constexpr int kFirstPauses = 10;
  const Duration most = settings_.limits.reconnect_first * kFirstPauses;
  return Duration(
      static_cast<Duration::rep>(random_.below(static_cast<std::uint64_t>(most.count()))));
}

std::unique_ptr<ClientMux::Link> ClientMux::take(Link& link) {
  by_connection_.erase(link.connection);
  const auto found =
      std::ranges::find_if(links_, [&](const auto& each) { return each.get() == &link; });
  std::unique_ptr<Link> taken = std::move(*found);
  links_.erase(found);
  return taken;
}

// ----- time and the end

void ClientMux::on_deadline(TimePoint now, ClientActions& out) {
  std::vector<Link*> idle;
  for (const auto& link : links_) {
    const bool waits = link->phase == Link::Phase::waiting;
    const Duration wanted = waits ? Duration::zero() : settings_.limits.mux_idle;
    if (link->idle_since && *link->idle_since + wanted <= now) {
      idle.push_back(link.get());
    } else if (waits && link->due <= now) {
      dial(*link, out);
    }
  }
  for (Link* const link : idle) {
    if (link->phase != Link::Phase::waiting) out.push(client::CloseServer{link->connection});
    take(*link);
  }
}

std::optional<TimePoint> ClientMux::next_deadline() const {
  std::optional<TimePoint> next;
  const auto sooner = [&](TimePoint due) { next = next ? std::min(*next, due) : due; };
  for (const auto& link : links_) {
    if (link->phase == Link::Phase::waiting) sooner(link->due);
    if (link->idle_since) sooner(*link->idle_since + settings_.limits.mux_idle);
  }
  return next;
}

void ClientMux::end(ClientActions& out) {
  for (const auto& link : links_) {
    if (link->phase != Link::Phase::waiting) out.push(client::CloseServer{link->connection});
  }
  links_.clear();
  by_connection_.clear();
}

std::size_t ClientMux::streams() const {
  std::size_t count = 0;
  for (const auto& link : links_) count += link->endpoint.streams();
  return count;
}

}  // namespace fullcone
