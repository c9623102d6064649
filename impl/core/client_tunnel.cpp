#include "core/client_tunnel.hpp"

#include <utility>

#include "core/local_reply.hpp"
#include "wire/request_header.hpp"

namespace fullcone {

ClientTunnel::ClientTunnel(LocalId local, const ClientSettings& settings,
                           ReadyConnections& connections, ClientCounters& counters,
                           LocalHandshake::Connect request)
    : local_(local),
      settings_(settings),
      connections_(connections),
      counters_(counters),
      request_(std::move(request)),
      response_(settings.version == 0) {}

void ClientTunnel::start(TimePoint now, ClientActions& out) {
  out.push(client::PauseLocal{local_});
  const auto taken = connections_.take(now, out);
  connection_ = taken.connection;
  on_ready_ = taken.ready;
}

void ClientTunnel::on_connected(TimePoint now, ClientActions& out) {
  connected_ = true;
  if (on_ready_ && request_.early.empty()) repeat_until_ = now + settings_.limits.ready_retry;
  write_request(out);
  if (!std::exchange(replied_, true)) {
    out.push(client::WriteLocal{local_, success_reply(request_.protocol, out)});
  }
  out.push(client::Splice{local_, connection_});
  if (local_ended_) out.push(client::HalfCloseServer{connection_});
  out.push(client::ResumeLocal{local_});
}

void ClientTunnel::write_request(ClientActions& out) {
  Bytes octets;
  encode_request_header({.version = settings_.version,
                         .user = settings_.user,
                         .session = {},
                         .mapping = MappingPolicy::by_destination,
                         .command = Command::tcp,
                         .destination = request_.destination},
                        octets);
  append(octets, std::exchange(request_.early, {}));
  out.push(client::WriteServer{connection_, {}, out.keep(std::move(octets))});
}

void ClientTunnel::on_failed(ConnectFailure why, ClientActions& out) {
  if (replied_) return out.push(client::CloseLocal{local_, CloseKind::abort});
  out.push(client::WriteLocal{local_, failure_reply(request_.protocol, why, out)});
  out.push(client::CloseLocal{local_});
}

void ClientTunnel::on_local_bytes(ByteView bytes, ClientActions& out) {
  if (connected_) {
    repeat_until_.reset();
    out.push(client::WriteServer{connection_, {}, bytes});
  } else {
    append(request_.early, bytes);  // read before the pause took effect: one read at most
  }
}

void ClientTunnel::on_local_end_of_stream(ClientActions& out) {
  local_ended_ = true;
  if (!connected_) return;
  if (server_ended_) {
    close(CloseKind::clean, out);
  } else {
    out.push(client::HalfCloseServer{connection_});
  }
}

void ClientTunnel::on_local_lost(ClientActions& out) {
  out.push(client::CloseServer{connection_, CloseKind::abort});
}

void ClientTunnel::on_server_bytes(ByteView bytes, ClientActions& out) {
  repeat_until_.reset();
  const auto payload = response_.strip(bytes);
  if (!payload) return close(CloseKind::abort, out);
  if (!payload->empty()) out.push(client::WriteLocal{local_, *payload});
}

void ClientTunnel::on_server_end_of_stream(TimePoint now, ClientActions& out) {
  if (repeats(now)) {
    out.push(client::CloseServer{connection_, CloseKind::abort});
    return repeat(now, out);
  }
  server_ended_ = true;
  if (local_ended_) {
    close(CloseKind::clean, out);
  } else {
    out.push(client::HalfCloseLocal{local_});
  }
}

void ClientTunnel::on_server_lost(TimePoint now, ClientActions& out) {
  if (repeats(now)) return repeat(now, out);
  out.push(client::CloseLocal{local_, CloseKind::abort});
}

void ClientTunnel::repeat(TimePoint now, ClientActions& out) {
  ++counters_.requests_repeated;
  repeat_until_.reset();
  connected_ = on_ready_ = false;
  out.push(client::PauseLocal{local_});
  connection_ = connections_.dial_afresh(now, out).connection;
}

void ClientTunnel::close(CloseKind kind, ClientActions& out) {
  out.push(client::CloseServer{connection_, kind});
  out.push(client::CloseLocal{local_, kind});
}

}  // namespace fullcone
