#include "net/client_shard.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "net/client_sides.hpp"
#include "net/endpoint_format.hpp"
#include "net/plain_transport.hpp"
#include "net/socket_address.hpp"
#include "net/tcp_socket.hpp"

namespace fullcone {

ClientShard::ClientShard(Site& site, std::vector<UniqueFd> listening, std::uint64_t random_seed)
    : site_(site),
      streams_(loop_.context()),
      core_(site.settings, random_seed, site.held),
      facts_(core_, *this, streams_),
      addresses_(site.server, site.settings.limits.connect_timeout, site.resolver, loop_.context()),
      local_side_(std::make_unique<LocalSide>(*this)),
      server_side_(std::make_unique<ServerSide>(*this)),
      drain_timer_(loop_.context()) {
  for (auto& fd : listening) {
    listeners_.push_back(
        std::make_unique<Listener>(loop_.context(), std::move(fd),
                                   [this](UniqueFd accepted) { accept(std::move(accepted)); }));
    listeners_.back()->start();
  }
}

ClientShard::~ClientShard() = default;

void ClientShard::run() { loop_.run(); }

ClientRunner::Status ClientShard::status() {
  return loop_.ask([this] {
    return ClientRunner::Status{core_.counters(), core_.locals(), core_.server_connections()};
  });
}

// ----- apps

void ClientShard::accept(UniqueFd fd) {
  set_no_delay(fd.get());
  set_patient_keep_alive(fd.get(), site_.keep_alive);
  const Endpoint local = local_endpoint(fd.get());
  const LocalId id = local_ids_.next();
  auto transport = std::make_unique<PlainTransport>(fd.get());
  const auto stream =
      std::make_shared<Stream>(streams_, *local_side_, Stream::Id{static_cast<std::uint64_t>(id)},
                               Stream::Connection{std::move(fd), std::move(transport)});
  locals_.emplace(id, Local{stream});
  spdlog::debug("{}: accepted", stream->remote());
  facts_.tell([&](Client& core, TimePoint now, ClientActions& out) {
    core.on_local_accepted(id, stream->remote(), local, now, out);
  });
  stream->start();
}

void ClientShard::on_datagrams(LocalId id, const DatagramBatch::Part& part) {
  facts_.tell([&](Client& core, TimePoint now, ClientActions& out) {
    for (std::size_t i = 0; i < part.size(); ++i) {
      core.on_app_datagram(id, part.source(i), part.payload(i), now, out);
    }
  });
}

void ClientShard::tell_of_room(ConnectionId id) {
  facts_.tell(
      [id](Client& core, TimePoint now, ClientActions& out) { core.on_server_room(id, now, out); });
}

void ClientShard::forget(LocalId id) {
  const auto found = locals_.find(id);
  if (found == locals_.end()) return;
  if (found->second.spliced) --tunnels_;
  locals_.erase(found);
}

// ----- the end of the shard

void ClientShard::stop() {
  loop_.post([this] { stopping_ ? close_at_once() : begin_stop(); });
}

void ClientShard::begin_stop() {
  stopping_ = true;
  for (auto& listener : listeners_) listener->close();
  drain_timer_.expires_after(site_.drain);
  drain_timer_.async_wait([this](boost::system::error_code aborted) {
    if (!aborted) close_all();
  });
  on_settled();
}

// Called after each fact: tunnels that end by themselves end the drain.
void ClientShard::on_settled() {
  if (stopping_ && !closed_ && tunnels_ + core_.mux_tunnels() == 0) close_all();
}

void ClientShard::close_all() {
  if (std::exchange(closed_, true)) return;
  // Slow readers have what is left of the drain, and a moment in any case.
  const auto end = std::max(drain_timer_.expiry(), std::chrono::steady_clock::now() + kLastMoment);
  drain_timer_.cancel();
  addresses_.stop();
  facts_.stop();
  facts_.tell([](Client& core, TimePoint, ClientActions& out) { core.close_all(out); });
  streams_.limit_closing(end);
}

void ClientShard::close_at_once() {
  close_all();
  streams_.abort_closing();
}

}  // namespace fullcone
