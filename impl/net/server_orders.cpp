// How a shard of the server carries out what its core orders.
#include <spdlog/spdlog.h>

#include <utility>

#include "base/overloaded.hpp"
#include "net/endpoint_format.hpp"
#include "net/plain_transport.hpp"
#include "net/server_shard.hpp"
#include "net/server_sides.hpp"
#include "net/tcp_socket.hpp"

namespace fullcone {

void ServerShard::carry_out(server::Action& action) {
  const auto client = [this](ConnectionId id, auto&& act) {
    if (const auto* const found = find(id)) act(*found->client);
  };
  const auto target = [this](TargetId id, auto&& act) {
    const auto found = targets_.find(id);
    if (found != targets_.end()) act(*found->second);
  };
  std::visit(Overloaded{
                 [&](const server::Write& order) {
                   client(order.connection,
                          [&](Stream& stream) { stream.write(order.head.view(), order.payload); });
                 },
                 [&](const server::HalfClose& order) {
                   client(order.connection, [](Stream& stream) { stream.end_output(); });
                 },
                 [&](const server::Close& order) { close(order); },
                 [&](const server::PauseReading& order) {
                   client(order.connection, [](Stream& stream) { stream.pause(); });
                 },
                 [&](const server::ResumeReading& order) {
                   client(order.connection, [](Stream& stream) { stream.resume(); });
                 },
                 [&](server::HandOver& order) { hand_over(order); },
                 [&](const server::Resolve& order) { resolve(order); },
                 [&](const server::DialTarget& order) { dial(order); },
                 [&](const server::WriteTarget& order) {
                   target(order.target, [&](Stream& stream) { stream.write(order.bytes); });
                 },
                 [&](const server::PauseTarget& order) {
                   target(order.target, [](Stream& stream) { stream.pause(); });
                 },
                 [&](const server::ResumeTarget& order) {
                   target(order.target, [](Stream& stream) { stream.resume(); });
                 },
                 [&](const server::HalfCloseTarget& order) {
                   target(order.target, [](Stream& stream) { stream.end_output(); });
                 },
                 [&](const server::CloseTarget& order) { close_target(order.target, order.kind); },
                 [&](const server::OpenMapping& order) { open_mapping(order); },
                 [&](const server::SendDatagram& order) { send(order); },
                 [&](const server::CloseMapping& order) { close_mapping(order.mapping); },
             },
             action);
}

// ----- a client's connection

void ServerShard::close(const server::Close& order) {
  if (Connection* const found = find(order.connection)) found->client->close(order.kind);
  connections_.erase(order.connection);
}

void ServerShard::hand_over(server::HandOver& order) {
  const auto found = connections_.find(order.connection);
  if (found == connections_.end()) return;
  ServerShard& other = *site_.shards[order.shard];
  other.loop_.post([&other, id = order.connection, request = std::move(order.request),
                    connection = found->second.client->release()]() mutable {
    other.adopt(id, std::move(request), std::move(connection));
  });
  connections_.erase(found);
}

void ServerShard::resolve(const server::Resolve& order) {
  const auto answer = [this, id = order.lookup](const std::vector<IpAddress>& addresses) {
    facts_.tell([id, addresses](Server& core, TimePoint now, ServerActions& out) {
      core.on_resolved(id, addresses, now, out);
    });
  };
  if (const auto literal = IpAddress::parse(order.host)) return answer({*literal});
  const Connection* const connection = find(order.lookup.connection);
  if (connection == nullptr) return;
  site_.resolver.resolve(order.host, connection->client->remote().ip,
                         site_.settings.limits.dial_timeout, loop_.context(), answer);
}

// ----- its targets

void ServerShard::dial(const server::DialTarget& order) {
  const TargetId id = order.target;
  close_target(id, CloseKind::abort);
  const Connection* const connection = find(id.connection);
  if (connection == nullptr) return;
  UniqueFd fd = begin_connect(order.endpoint);
  if (!fd) {
    return facts_.tell([id](Server& core, TimePoint now, ServerActions& out) {
      core.on_target_failed(id, now, out);
    });
  }
  spdlog::debug("{}: dialling {}", connection->client->remote(), order.endpoint);
  auto transport = std::make_unique<PlainTransport>(fd.get());
  const Stream::Id name{static_cast<std::uint64_t>(id.connection),
                        static_cast<std::uint32_t>(id.stream)};
  auto stream = std::make_shared<Stream>(streams_, *target_side_, name,
                                         Stream::Connection{std::move(fd), std::move(transport)});
  targets_.emplace(id, stream);
  stream->connect(site_.settings.limits.dial_timeout);
}

// From now on both sides may stand still as long as the apps at their ends like.
void ServerShard::on_target_connected(TargetId id) {
  Stream& target = *targets_.at(id);
  set_patient_keep_alive(target.fd(), site_.keep_alive);
  if (id.stream == mux::kConnection) {
    Stream& client = *find(id.connection)->client;
    client.feed(target);
    target.feed(client);
    set_patient_keep_alive(client.fd(), site_.keep_alive);
  }
  facts_.tell([id](Server& core, TimePoint now, ServerActions& out) {
    core.on_target_connected(id, now, out);
  });
}

void ServerShard::close_target(TargetId id, CloseKind kind) {
  const auto found = targets_.find(id);
  if (found == targets_.end()) return;
  const auto target = std::move(found->second);
  targets_.erase(found);
  target->close(kind);
}

// ----- external UDP ports

void ServerShard::open_mapping(const server::OpenMapping& order) {
  const MappingId id = order.mapping;
  const IpAddress any = order.family == Family::ipv4 ? IpAddress() : IpAddress::v6({});
  auto socket =
      UdpSocket::open(loop_.context(), batch_, {any, 0},
                      [this, id](const DatagramBatch::Part& part) { on_datagrams(id, part); });
  if (socket == nullptr) {
    return facts_.tell([id](Server& core, TimePoint now, ServerActions& out) {
      core.on_mapping_failed(id, now, out);
    });
  }
  mappings_.emplace(id, std::move(socket));
}

void ServerShard::send(const server::SendDatagram& order) {
  const auto found = mappings_.find(order.mapping);
  if (found == mappings_.end()) return core_.on_send_failed(order.mapping);
  if (sending_ != order.mapping || sends_.full()) flush_datagrams();
  sending_ = order.mapping;
  sends_.add(order.destination, {}, order.payload);
}

void ServerShard::flush_datagrams() {
  if (sends_.empty()) return;
  const std::size_t failed = mappings_.at(sending_)->send(sends_);
  for (std::size_t i = 0; i < failed; ++i) core_.on_send_failed(sending_);
}

void ServerShard::close_mapping(MappingId id) {
  flush_datagrams();
  const auto found = mappings_.find(id);
  if (found == mappings_.end()) return;
  found->second->close();
  mappings_.erase(found);
}

}  // namespace fullcone
