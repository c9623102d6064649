// The node's life, and the facts it tells. What the core orders is carried out in
// server_orders.cpp.
#include "simulator/server_node.hpp"

#include <algorithm>
#include <utility>

#include "core/mux_datagram_queue.hpp"
#include "core/send_budget.hpp"
#include "simulator/invariants.hpp"
#include "simulator/purpose_random.hpp"

namespace fullcone::sim {
namespace {

std::vector<Uuid> uuids_of(const std::vector<User>& users) {
  std::vector<Uuid> uuids;
  for (const User& user : users) uuids.push_back(user.uuid);
  return uuids;
}

ReferenceBounds bounds_of(const ServerSettings& settings) {
  const ServerLimits& limits = settings.limits;
  const SessionLimits& session = limits.session;
  return {
      .header_timeout = limits.header_timeout,
      .grace = session.grace,
      .mapping_idle = session.mapping_idle,
      .mapping_inbound_only = session.mapping_inbound_only,
      .has_fallback = settings.fallback.has_value(),
      .tcp = {limits.dial_timeout,
              [egress = settings.egress](const Endpoint& e) { return egress.allows(e); }},
      .unauthenticated = limits.unauthenticated_connections,
      .connections_per_user = limits.connections_per_user,
      .sessions_per_user = limits.sessions_per_user,
      .channels = session.channels,
      .ports = session.mappings,
      .dialled = session.dialled,
      .heard = session.heard,
      .channel_queue = session.channel_queue_bytes,
      .channel_burst = SendBudget::kBurst * session.channel_queue_bytes,
      .burst_time = SendBudget::kBurstTime,
      .crumfurs_queue = session.crumfurs_queue_bytes,
      .offers_mux = settings.mux,
      .mux = {.streams = limits.mux.streams,
              .send_queue = limits.mux.send_queue_bytes,
              .datagram_queue = limits.mux.datagram_queue_bytes,
              .datagram_burst = MuxDatagramQueue::kBurst * limits.mux.datagram_queue_bytes,
              .burst_time = SendBudget::kBurstTime,
              .window_most = limits.mux.window_most_bytes},
      .resolving = limits.resolving_bytes,
  };
}

}  // namespace

ServerNode::ServerNode(Network& network, Judge& judge, Zone& zone, const Place& place,
                       ServerSettings settings, std::vector<User> users, std::uint64_t seed)
    : network_(network),
      judge_(judge),
      zone_(zone),
      place_(place),
      settings_(std::move(settings)),
      users_(std::move(users)),
      seed_(seed),
      lane_(network.events().new_lane()),
      model_(judge.findings, bounds_of(settings_), uuids_of(users_)),
      ports_(random_for(seed, "external ports")) {
  start();
}

ServerNode::~ServerNode() { let_go(CloseKind::abort); }

Endpoint ServerNode::listening(Family family) const {
  return {family == Family::ipv4 ? place_.v4 : place_.v6, place_.port};
}

std::vector<Endpoint> ServerNode::external_ports() const {
  std::vector<Endpoint> ports;
  for (const auto& [mapping, external] : mappings_) ports.push_back(external);
  return ports;
}

// ----- its life

void ServerNode::start() {
  if (running()) return;
  ++lives_;
  directory_ = std::make_unique<UserDirectory>(users_, seed_for(seed_, "users", lives_));
  core_ = std::make_unique<Server>(settings_, *directory_, Server::Shard{},
                                   seed_for(seed_, "core", lives_));
  for (const Family family : {Family::ipv4, Family::ipv6}) {
    network_.listen(listening(family),
                    [this](std::shared_ptr<StreamEnd> end) { on_accept(std::move(end)); });
  }
}

void ServerNode::stop() {
  if (!running()) return;
  model_.on_shutdown(network_.now());
  tell([](Server& core, TimePoint, ServerActions& out) { core.close_all(out); });
  check_nothing_left(*core_, model_, network_.now(), judge_.findings);
  let_go(CloseKind::clean);
}

void ServerNode::crash() { let_go(CloseKind::abort); }

void ServerNode::vanish() {
  for (auto& [id, client] : clients_) client->link().fall_silent();
  for (auto& [id, target] : targets_) target->link().fall_silent();
  let_go(CloseKind::abort);
  network_.swallow_dials(listening(Family::ipv4));
  network_.swallow_dials(listening(Family::ipv6));
}

void ServerNode::let_go(CloseKind how) {
  for (auto& [id, client] : clients_) client->close(how);
  for (auto& [id, target] : targets_) target->close(how);
  clients_.clear();
  targets_.clear();
  for (const auto& [mapping, external] : mappings_) network_.unbind(external);
  mappings_.clear();
  network_.stop_listening(listening(Family::ipv4));
  network_.stop_listening(listening(Family::ipv6));
  core_.reset();
  directory_.reset();
  wake_at_.reset();
  model_.on_restarted();
}

// ----- facts

// Precondition: the model has been told the same.
template <class Fact>
void ServerNode::tell(Fact&& fact) {
  orders_.clear();
  fact(*core_, network_.now(), orders_);
  for (const auto& action : orders_) {
    if (!tamper_) {
      carry_out(action);
      continue;
    }
    for (const auto& instead : tamper_(action)) carry_out(instead);
  }
  model_.on_settled();
  check_counters(core_->counters(), model_, network_.now(), judge_.findings);
  if (!not_opened_.empty()) on_no_ports();
  plan_wake();
}

void ServerNode::on_accept(std::shared_ptr<StreamEnd> end) {
  const ConnectionId id = connection_ids_.next();
  attach_client(id, *end);
  clients_[id] = std::move(end);
  model_.on_accepted(number(id), network_.now());
  tell([id](Server& core, TimePoint now, ServerActions& out) { core.on_accepted(id, now, out); });
}

void ServerNode::attach_client(ConnectionId id, StreamEnd& end) {
  end.events.bytes = [this, id](ByteView bytes) {
    model_.on_bytes(number(id), bytes, network_.now());
    tell([&](Server& core, TimePoint now, ServerActions& out) {
      core.on_bytes(id, bytes, now, out);
    });
  };
  end.events.end_of_stream = [this, id] {
    model_.on_end_of_stream(number(id), network_.now());
    tell([id](Server& core, TimePoint now, ServerActions& out) {
      core.on_end_of_stream(id, now, out);
    });
  };
  end.events.lost = [this, id] {
    clients_.erase(id);
    model_.on_lost(number(id), network_.now());
    tell([id](Server& core, TimePoint now, ServerActions& out) {
      core.on_connection_lost(id, now, out);
    });
    forget(id);
  };
  end.events.written = [this, id](std::size_t octets) {
    const bool room = core_->on_written(id, octets);
    model_.on_drained(number(id), octets);
    relieve(id);
    if (room) on_room(id);
  };
}

void ServerNode::attach_target(TargetId id, StreamEnd& end) {
  end.events.connected = [this, id] {
    model_.on_target_connected(number(id), network_.now());
    tell([id](Server& core, TimePoint now, ServerActions& out) {
      core.on_target_connected(id, now, out);
    });
  };
  end.events.failed = [this, id](ConnectFailure) {
    targets_.erase(id);
    model_.on_target_failed(number(id), network_.now());
    tell([id](Server& core, TimePoint now, ServerActions& out) {
      core.on_target_failed(id, now, out);
    });
  };
  end.events.bytes = [this, id](ByteView bytes) {
    model_.on_target_bytes(number(id), bytes, network_.now());
    tell([&](Server& core, TimePoint now, ServerActions& out) {
      core.on_target_bytes(id, bytes, now, out);
    });
  };
  end.events.end_of_stream = [this, id] {
    model_.on_target_end(number(id), network_.now());
    tell([id](Server& core, TimePoint now, ServerActions& out) {
      core.on_target_end_of_stream(id, now, out);
    });
  };
  end.events.lost = [this, id] {
    targets_.erase(id);
    model_.on_target_lost(number(id), network_.now());
    tell([id](Server& core, TimePoint now, ServerActions& out) {
      core.on_target_lost(id, now, out);
    });
  };
  end.events.written = [this, id](std::size_t octets) {
    model_.on_target_drained(number(id), octets);
    if (id.stream == mux::kConnection) relieve(id.connection);
    if (const auto room = core_->on_target_written(id, octets)) on_room(*room);
  };
}

void ServerNode::on_room(ConnectionId id) {
  model_.on_other(network_.now());
  tell([id](Server& core, TimePoint now, ServerActions& out) { core.on_room(id, now, out); });
}

void ServerNode::on_datagram(MappingId mapping, const Endpoint& external, const Endpoint& source,
                             ByteView payload) {
  model_.on_datagram(external, source, payload, network_.now());
  tell([&](Server& core, TimePoint now, ServerActions& out) {
    core.on_datagram(mapping, source, payload, now, out);
  });
}

void ServerNode::on_resolved(LookupId id, const std::string& host) {
  if (find(id.connection) == nullptr) return;
  const auto addresses = zone_.answer(host);
  network_.trace().add({network_.now(), TraceKind::resolved, {}, {}, {}, host});
  model_.on_resolved(number(id), addresses, network_.now());
  tell([&](Server& core, TimePoint now, ServerActions& out) {
    core.on_resolved(id, addresses, now, out);
  });
}

// Reported as soon as the orders that asked for them have been carried out.
void ServerNode::on_no_ports() {
  for (const MappingId mapping : std::exchange(not_opened_, {})) {
    model_.on_other(network_.now());
    tell([mapping](Server& core, TimePoint now, ServerActions& out) {
      core.on_mapping_failed(mapping, now, out);
    });
  }
}

// ----- time

// Lets `happening` happen later in this life of the server.
void ServerNode::later(Duration delay, std::function<void()> happening) {
  network_.events().after(delay, lane_, [this, life = lives_, happening = std::move(happening)] {
    if (running() && lives_ == life) happening();
  });
}

void ServerNode::plan_wake() {
  const auto next = core_->next_deadline();
  if (!next || (wake_at_ && *wake_at_ <= *next)) return;
  wake_at_ = std::max(*next, network_.now());
  later(*wake_at_ - network_.now(), [this, due = *wake_at_] {
    if (wake_at_ == due) wake();
  });
}

void ServerNode::wake() {
  wake_at_.reset();
  model_.on_deadline(network_.now());
  tell([](Server& core, TimePoint now, ServerActions& out) { core.on_deadline(now, out); });
}

}  // namespace fullcone::sim
