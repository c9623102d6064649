// The node's life and apps, and the facts it tells. Orders are carried out in client_orders.cpp.
#include "simulator/client_node.hpp"

#include <algorithm>
#include <utility>

#include "simulator/back_pressure.hpp"
#include "simulator/invariants.hpp"
#include "simulator/purpose_random.hpp"

namespace fullcone::sim {

ClientNode::ClientNode(Network& network, Judge& judge, const Place& place, const Endpoint& server,
                       ClientSettings settings, std::uint64_t seed)
    : network_(network),
      judge_(judge),
      place_(place),
      server_(server),
      settings_(std::move(settings)),
      seed_(seed),
      lane_(network.events().new_lane()),
      reference_(judge, settings_) {
  start();
}

ClientNode::~ClientNode() { let_go(CloseKind::abort); }

// ----- its apps

UdpApp& ClientNode::udp() { return udp_apps_.empty() ? open_udp() : udp_apps_.front(); }

UdpApp& ClientNode::open_udp(const AppSettings& settings) {
  const AppId id{seed_for(seed_, "app", udp_apps_.size())};
  return udp_apps_.emplace_back(network_, judge_, id, settings.ip.value_or(place_.local_ip),
                                listening(), settings.credentials);
}

TcpApp& ClientNode::connect(const Destination& target, const AppSettings& settings) {
  return tcp_apps_.emplace_back(network_, settings.ip.value_or(place_.local_ip), listening(),
                                target, settings.credentials);
}

IpAddress ClientNode::new_neighbour() {
  auto octets = place_.local_ip.octets();
  const auto last = static_cast<std::uint8_t>(octets[3] + ++neighbours_);
  const IpAddress ip = IpAddress::v4(octets[0], octets[1], octets[2], last);
  network_.give_address(
      network_.add_host_beside(place_.host), ip,
      network_.trace().name_of(place_.local_ip) + "n" + std::to_string(neighbours_));
  return ip;
}

// ----- its life

void ClientNode::start() {
  if (running()) return;
  ++lives_;
  core_ = std::make_unique<Client>(settings_, seed_for(seed_, "core", lives_));
  network_.listen(listening(),
                  [this](std::shared_ptr<StreamEnd> end) { on_accept(std::move(end)); });
}

void ClientNode::stop() {
  if (!running()) return;
  reference_.on_shutdown(network_.now());
  tell([](Client& core, TimePoint, ClientActions& out) { core.close_all(out); });
  check_nothing_left(*core_, network_.now(), judge_.findings);
  let_go(CloseKind::clean);
}

void ClientNode::crash() { let_go(CloseKind::abort); }

void ClientNode::vanish() {
  for (auto& [id, local] : locals_) local.app->link().fall_silent();
  for (auto& [id, connection] : connections_) connection.end->link().fall_silent();
  let_go(CloseKind::abort);
}

void ClientNode::let_go(CloseKind how) {
  for (auto& [id, local] : locals_) {
    local.app->close(how);
    if (local.relay) network_.unbind(*local.relay);
  }
  for (auto& [id, connection] : connections_) connection.end->close(how);
  locals_.clear();
  connections_.clear();
  network_.stop_listening(listening());
  core_.reset();
  wake_at_.reset();
  reference_.on_restarted();
}

// ----- faults on its way to the server

void ClientNode::move_to(const IpAddress& ip) {
  for (const auto& end : server_streams()) end->link().fall_silent();
  place_.ip = ip;
}

std::vector<std::shared_ptr<StreamEnd>> ClientNode::server_streams(Command command) {
  std::vector<std::shared_ptr<StreamEnd>> streams;
  for (const auto& [id, connection] : connections_) {
    if (connection.command == command) streams.push_back(connection.end);
  }
  return streams;
}

std::vector<std::shared_ptr<StreamEnd>> ClientNode::server_streams() {
  std::vector<std::shared_ptr<StreamEnd>> streams;
  for (const auto& [id, connection] : connections_) streams.push_back(connection.end);
  return streams;
}

void ClientNode::cut(Command command) {
  for (const auto& end : server_streams(command)) end->link().cut();
}

void ClientNode::cut_all() {
  for (const auto& end : server_streams()) end->link().cut();
}

// ----- facts

// Precondition: the reference has been told the same.
template <class Fact>
void ClientNode::tell(Fact&& fact) {
  orders_.clear();
  fact(*core_, network_.now(), orders_);
  for (const auto& action : orders_) {
    std::visit([this](const auto& each) { this->order(each); }, action);
  }
  reference_.on_settled();
  check_counters(core_->counters(), network_.now(), judge_.findings);
  plan_wake();
}

void ClientNode::on_accept(std::shared_ptr<StreamEnd> end) {
  const LocalId id = local_ids_.next();
  attach_local(id, *end);
  StreamEnd& app = *(locals_[id].app = std::move(end));
  reference_.on_local_accepted(id, app.remote().ip, app.local().ip, network_.now());
  tell([&](Client& core, TimePoint now, ClientActions& out) {
    core.on_local_accepted(id, app.remote(), app.local(), now, out);
  });
}

void ClientNode::attach_local(LocalId id, StreamEnd& end) {
  end.events.bytes = [this, id](ByteView bytes) {
    reference_.on_local_bytes(id, bytes, network_.now());
    tell([&](Client& core, TimePoint now, ClientActions& out) {
      core.on_local_bytes(id, bytes, now, out);
    });
  };
  end.events.end_of_stream = [this, id] {
    reference_.on_local_end(id, network_.now());
    tell([id](Client& core, TimePoint now, ClientActions& out) {
      core.on_local_end_of_stream(id, now, out);
    });
  };
  end.events.lost = [this, id] {
    reference_.on_local_lost(id, network_.now());
    tell([id](Client& core, TimePoint now, ClientActions& out) {
      core.on_local_lost(id, now, out);
    });
    if (find(id) != nullptr && find(id)->relay) missing("the order to close a relay");
    locals_.erase(id);
  };
  end.events.written = [this, id](std::size_t octets) {
    relieve(id);
    reference_.on_local_drained(id, octets);
    if (const auto room = core_->on_local_written(id, octets)) on_server_room(*room);
  };
}

void ClientNode::attach_server(ConnectionId id, StreamEnd& end) {
  end.events.connected = [this, id] {
    find(id)->up = true;
    reference_.on_server_connected(id, network_.now());
    tell([id](Client& core, TimePoint now, ClientActions& out) {
      core.on_server_connected(id, now, out);
    });
  };
  end.events.failed = [this, id](ConnectFailure why) {
    connections_.erase(id);
    reference_.on_server_lost(id, network_.now());
    tell([&](Client& core, TimePoint now, ClientActions& out) {
      core.on_server_failed(id, why, now, out);
    });
  };
  end.events.bytes = [this, id](ByteView bytes) {
    reference_.on_server_bytes(id, bytes, network_.now());
    tell([&](Client& core, TimePoint now, ClientActions& out) {
      core.on_server_bytes(id, bytes, now, out);
    });
  };
  end.events.end_of_stream = [this, id] {
    reference_.on_server_end(id, network_.now());
    tell([id](Client& core, TimePoint now, ClientActions& out) {
      core.on_server_end_of_stream(id, now, out);
    });
  };
  end.events.lost = [this, id] {
    connections_.erase(id);
    reference_.on_server_lost(id, network_.now());
    tell([id](Client& core, TimePoint now, ClientActions& out) {
      core.on_server_lost(id, now, out);
    });
  };
  end.events.written = [this, id](std::size_t octets) {
    const bool room = core_->on_server_written(id, octets);
    reference_.on_server_drained(id, octets);
    if (const auto local = find(id)->spliced) relieve(*local);
    if (room) on_server_room(id);
  };
}

void ClientNode::on_server_room(ConnectionId id) {
  reference_.on_other(network_.now());
  tell(
      [id](Client& core, TimePoint now, ClientActions& out) { core.on_server_room(id, now, out); });
}

void ClientNode::on_relay_opened(LocalId id, const Endpoint& relay) {
  reference_.on_other(network_.now());
  tell([&](Client& core, TimePoint now, ClientActions& out) {
    core.on_relay_opened(id, relay, now, out);
  });
}

void ClientNode::on_relay_datagram(LocalId id, const Endpoint& source, ByteView datagram) {
  reference_.on_app_datagram(id, source, datagram, network_.now());
  tell([&](Client& core, TimePoint now, ClientActions& out) {
    core.on_app_datagram(id, source, datagram, now, out);
  });
}

// ClientLimits::connect_timeout is the driver's to keep.
void ClientNode::on_timeout(ConnectionId id) {
  ServerConnection* const connection = find(id);
  if (connection == nullptr || connection->up) return;
  connection->end->close(CloseKind::abort);
  connections_.erase(id);
  reference_.on_server_lost(id, network_.now());
  tell([id](Client& core, TimePoint now, ClientActions& out) {
    core.on_server_failed(id, ConnectFailure::timed_out, now, out);
  });
}

void ClientNode::relieve(LocalId id) {
  Local* const local = find(id);
  if (local == nullptr || !local->spliced) return;
  ServerConnection* const server = find(*local->spliced);
  if (server == nullptr) return;
  press_back(*local->app, *server->end);
  press_back(*server->end, *local->app);
}

// ----- time

// Lets `happening` happen later in this life of the client.
void ClientNode::later(Duration delay, std::function<void()> happening) {
  network_.events().after(delay, lane_, [this, life = lives_, happening = std::move(happening)] {
    if (running() && lives_ == life) happening();
  });
}

void ClientNode::plan_wake() {
  const auto next = core_->next_deadline();
  if (!next || (wake_at_ && *wake_at_ <= *next)) return;
  wake_at_ = std::max(*next, network_.now());
  later(*wake_at_ - network_.now(), [this, due = *wake_at_] {
    if (wake_at_ == due) wake();
  });
}

void ClientNode::wake() {
  wake_at_.reset();
  reference_.on_other(network_.now());
  tell([](Client& core, TimePoint now, ClientActions& out) { core.on_deadline(now, out); });
}

}  // namespace fullcone::sim
