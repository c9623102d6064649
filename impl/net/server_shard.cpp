#include "net/server_shard.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "net/endpoint_format.hpp"
#include "net/server_sides.hpp"
#include "net/tcp_socket.hpp"
#include "net/tls_transport.hpp"

namespace fullcone {

ServerShard::ServerShard(Site& site, unsigned index, std::vector<UniqueFd> listening,
                         std::uint64_t hash_seed)
    : site_(site),
      index_(index),
      streams_(loop_.context()),
      core_(site.settings, site.users, {index, site.shard_count}, hash_seed),
      facts_(core_, *this, streams_),
      client_side_(std::make_unique<ClientSide>(*this)),
      target_side_(std::make_unique<TargetSide>(*this)),
      drain_timer_(loop_.context()) {
  for (auto& fd : listening) {
    listeners_.push_back(
        std::make_unique<Listener>(loop_.context(), std::move(fd),
                                   [this](UniqueFd accepted) { accept(std::move(accepted)); }));
    listeners_.back()->start();
  }
}

ServerShard::~ServerShard() = default;

void ServerShard::run() { loop_.run(); }

ServerRunner::Status ServerShard::status() {
  return loop_.ask([this] {
    return ServerRunner::Status{core_.counters(), core_.connections(), core_.sessions(),
                                core_.mappings()};
  });
}

// ----- connections that come

void ServerShard::accept(UniqueFd fd) {
  if (!site_.handshaking.take(site_.settings.limits.unauthenticated_connections)) return;
  set_no_delay(fd.get());
  set_keep_alive(fd.get(), site_.keep_alive);
  set_short_send_queue(fd.get());
  SslPtr ssl = site_.tls.accept();
  if (ssl == nullptr) return site_.handshaking.give_back();
  auto transport = std::make_unique<TlsTransport>(std::move(ssl), fd.get());

  // Unique over all shards: the shard's index in the upper bits.
  const auto number = static_cast<std::uint64_t>(connection_ids_.next());
  const ConnectionId id{std::uint64_t{index_} << 48 | number};
  auto stream =
      std::make_shared<Stream>(streams_, *client_side_, Stream::Id{static_cast<std::uint64_t>(id)},
                               Stream::Connection{std::move(fd), std::move(transport)});
  connections_.emplace(id, Connection{stream, true});
  stream->shake_hands(site_.settings.limits.header_timeout);
}

// The header has a time of its own, as the handshake had (HDR-6).
void ServerShard::on_handshake_done(ConnectionId id) {
  Connection& connection = *find(id);
  connection.handshaking = false;
  site_.handshaking.give_back();
  spdlog::debug("{}: TLS is up", connection.client->remote());
  facts_.tell(
      [id](Server& core, TimePoint now, ServerActions& out) { core.on_accepted(id, now, out); });
}

void ServerShard::on_handshake_failed(ConnectionId id, const Stream& stream) {
  spdlog::debug("{}: no TLS handshake: {}", stream.remote(), stream.failure());
  site_.handshaking.give_back();
  connections_.erase(id);
}

void ServerShard::adopt(ConnectionId id, server::ParkedRequest request,
                        Stream::Connection connection) {
  auto stream = std::make_shared<Stream>(
      streams_, *client_side_, Stream::Id{static_cast<std::uint64_t>(id)}, std::move(connection));
  if (stopping_) return stream->close(CloseKind::abort);
  connections_.emplace(id, Connection{stream, false});
  facts_.tell([&](Server& core, TimePoint now, ServerActions& out) {
    core.on_adopted(id, std::move(request), now, out);
  });
  stream->start();
}

void ServerShard::on_datagrams(MappingId id, const DatagramBatch::Part& part) {
  facts_.tell([&](Server& core, TimePoint now, ServerActions& out) {
    for (std::size_t i = 0; i < part.size(); ++i) {
      core.on_datagram(id, part.source(i), part.payload(i), now, out);
    }
  });
}

ServerShard::Connection* ServerShard::find(ConnectionId id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : &found->second;
}

// ----- the end of the shard

void ServerShard::stop() {
  loop_.post([this] { stopping_ ? close_at_once() : begin_stop(); });
}

void ServerShard::begin_stop() {
  stopping_ = true;
  for (auto& listener : listeners_) listener->close();
  erase_if(connections_, [this](auto& entry) {
    if (!entry.second.handshaking) return false;
    site_.handshaking.give_back();
    entry.second.client->close(CloseKind::abort);
    return true;
  });
  drain_timer_.expires_after(site_.drain);
  drain_timer_.async_wait([this](boost::system::error_code aborted) {
    if (!aborted) close_all();
  });
  on_settled();
}

// Called after each fact: targets that end by themselves end the drain.
void ServerShard::on_settled() {
  if (stopping_ && !closed_ && targets_.empty()) close_all();
}

void ServerShard::close_all() {
  if (std::exchange(closed_, true)) return;
  // Slow readers have what is left of the drain, and a moment in any case.
  const auto end = std::max(drain_timer_.expiry(), std::chrono::steady_clock::now() + kLastMoment);
  drain_timer_.cancel();
  facts_.stop();
  facts_.tell([](Server& core, TimePoint, ServerActions& out) { core.close_all(out); });
  streams_.limit_closing(end);
}

void ServerShard::close_at_once() {
  close_all();
  streams_.abort_closing();
}

}  // namespace fullcone
