#include "core/client_mux_tunnel.hpp"

#include <algorithm>
#include <utility>

#include "core/local_reply.hpp"

namespace fullcone {

ClientMuxTunnel::ClientMuxTunnel(LocalId local, ClientMux& mux, LocalHandshake::Connect request)
    : local_(local), mux_(mux), request_(std::move(request)) {}

void ClientMuxTunnel::start(TimePoint now, ClientActions& out) {
  out.push(client::PauseLocal{local_});
  paused_ = true;
  stream_ = mux_.open(request_.destination, local_, now, out);
  if (mux_.is_up(*stream_)) on_up(now, out);
}

void ClientMuxTunnel::on_up(TimePoint now, ClientActions& out) {
  up_ = true;
  const ByteView reply = success_reply(request_.protocol, out);
  reply_ = reply.size();
  out.push(client::WriteLocal{local_, reply});
  paused_ = false;
  send(out.keep(std::exchange(request_.early, {})), out);
  if (!paused_) out.push(client::ResumeLocal{local_});
  if (local_ended_) on_local_end_of_stream(now, out);
}

// ----- the app

void ClientMuxTunnel::on_local_bytes(ByteView bytes, ClientActions& out) {
  if (up_) {
    send(bytes, out);
  } else {
    append(request_.early, bytes);  // read before the pause took effect: one read at most
  }
}

void ClientMuxTunnel::send(ByteView bytes, ClientActions& out) {
  if (mux_.send(*stream_, bytes, out) || std::exchange(paused_, true)) return;
  out.push(client::PauseLocal{local_});
}

void ClientMuxTunnel::on_local_end_of_stream(TimePoint now, ClientActions& out) {
  local_ended_ = true;
  if (!up_ || !mux_.end(*stream_, now, out)) return;
  stream_.reset();
  out.push(client::CloseLocal{local_});
}

void ClientMuxTunnel::on_local_lost(TimePoint now, ClientActions& out) {
  if (stream_) mux_.reset(*stream_, now, out);
  stream_.reset();
}

std::optional<ConnectionId> ClientMuxTunnel::on_local_written(std::size_t octets) {
  const std::size_t of_reply = std::min(octets, reply_);
  reply_ -= of_reply;
  if (!stream_ || octets == of_reply) return std::nullopt;
  return mux_.on_consumed(*stream_, octets - of_reply);
}

// ----- the stream

void ClientMuxTunnel::on_data(ByteView octets, ClientActions& out) {
  out.push(client::WriteLocal{local_, octets});
}

void ClientMuxTunnel::on_end(ClientActions& out) { out.push(client::HalfCloseLocal{local_}); }

void ClientMuxTunnel::on_drained(ClientActions& out) {
  if (std::exchange(paused_, false)) out.push(client::ResumeLocal{local_});
}

void ClientMuxTunnel::on_finished(ClientActions& out) {
  stream_.reset();
  out.push(client::CloseLocal{local_});
}

void ClientMuxTunnel::on_reset(ClientActions& out) {
  stream_.reset();
  out.push(client::CloseLocal{local_, CloseKind::abort});
}

void ClientMuxTunnel::on_lost(std::optional<ConnectFailure> why, ClientActions& out) {
  stream_.reset();
  if (!up_ && why) {
    out.push(client::WriteLocal{local_, failure_reply(request_.protocol, *why, out)});
    out.push(client::CloseLocal{local_});
  } else {
    out.push(client::CloseLocal{local_, CloseKind::abort});
  }
}

}  // namespace fullcone
