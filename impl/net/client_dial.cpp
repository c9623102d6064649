// How a shard of the client comes by a connection to the server: its addresses one after another,
// TCP and TLS, in bounded time.
#include <spdlog/spdlog.h>

#include <utility>

#include "net/client_shard.hpp"
#include "net/client_sides.hpp"
#include "net/connect_failure.hpp"
#include "net/endpoint_format.hpp"
#include "net/tcp_socket.hpp"
#include "net/tls_transport.hpp"

namespace fullcone {

void ClientShard::connect(ConnectionId id) {
  links_.emplace(id, Link{nullptr, {}, steady_now() + site_.settings.limits.connect_timeout});
  addresses_.find([this, id](const std::vector<Endpoint>& addresses) {
    const auto found = links_.find(id);
    if (found == links_.end()) return;
    found->second.untried.assign(addresses.rbegin(), addresses.rend());
    dial_next(id, ConnectFailure::unresolved);
  });
}

// `why`: the failure so far. Each address has its share of the time that is left.
void ClientShard::dial_next(ConnectionId id, ConnectFailure why) {
  Link& link = links_.at(id);
  while (!link.untried.empty()) {
    const Duration left = link.give_up_at - steady_now();
    if (left <= Duration::zero()) return fail(id, ConnectFailure::timed_out);
    const Duration share = left / static_cast<Duration::rep>(link.untried.size());
    const Endpoint address = link.untried.back();
    link.untried.pop_back();
    if (dial(id, link, address, share)) return;
    why = connect_failure(errno);
  }
  addresses_.distrust();
  fail(id, why);
}

bool ClientShard::dial(ConnectionId id, Link& link, const Endpoint& address, Duration time) {
  UniqueFd fd = begin_connect(address);
  if (!fd) return false;
  set_keep_alive(fd.get(), site_.keep_alive);
  set_short_send_queue(fd.get());
  SslPtr ssl = site_.tls.connect();
  if (ssl == nullptr) return false;
  auto transport = std::make_unique<TlsTransport>(std::move(ssl), fd.get());
  link.stream =
      std::make_shared<Stream>(streams_, *server_side_, Stream::Id{static_cast<std::uint64_t>(id)},
                               Stream::Connection{std::move(fd), std::move(transport)});
  link.stream->connect(time);
  return true;
}

void ClientShard::on_opened(ConnectionId id, const Stream& stream) {
  last_failure_.clear();
  addresses_.prefer(stream.remote());
  facts_.tell([id](Client& core, TimePoint now, ClientActions& out) {
    core.on_server_connected(id, now, out);
  });
}

void ClientShard::on_open_failed(ConnectionId id, const Stream& stream, ConnectFailure why) {
  if (why != ConnectFailure::tls) return dial_next(id, why);
  if (stream.failure() != last_failure_) {
    last_failure_ = stream.failure();
    spdlog::warn("no TLS connection to the server: {}", last_failure_);
  }
  fail(id, why);
}

void ClientShard::fail(ConnectionId id, ConnectFailure why) {
  links_.erase(id);
  facts_.tell([id, why](Client& core, TimePoint now, ClientActions& out) {
    core.on_server_failed(id, why, now, out);
  });
}

}  // namespace fullcone
