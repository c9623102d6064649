#include "core/server_tcp_relay.hpp"

#include <utility>

namespace fullcone {

void ServerTcpRelay::start(const Destination& destination, Bytes early, TimePoint now,
                           ServerActions& out) {
  early_ = std::move(early);
  out.push(server::PauseReading{connection_});  // until the target is there
  if (const auto* named = std::get_if<NamedEndpoint>(&destination)) {
    port_ = named->port;
    deadline_ = now + options_.dial_timeout;
    out.push(server::Resolve{connection_, named->host});
    return;
  }
  const auto& endpoint = std::get<Endpoint>(destination);
  port_ = endpoint.port;
  on_resolved({&endpoint.ip, 1}, now, out);
}

void ServerTcpRelay::on_resolved(std::span<const IpAddress> addresses, TimePoint now,
                                 ServerActions& out) {
  if (phase_ != Phase::resolving) return;
  for (const auto& ip : addresses) {
    const Endpoint candidate{ip, port_};
    if (options_.egress == nullptr || options_.egress->allows(candidate)) {
      candidates_.push_back(candidate);
    }
  }
  phase_ = Phase::dialling;
  dial_next(now, out);
}

void ServerTcpRelay::dial_next(TimePoint now, ServerActions& out) {
  if (candidates_.empty()) {
    close(CloseKind::clean, out);
    return;
  }
  deadline_ = now + options_.dial_timeout;
  out.push(server::DialTarget{connection_, candidates_.front()});
  candidates_.pop_front();
  has_target_ = true;
}

void ServerTcpRelay::on_target_connected(ServerActions& out) {
  if (phase_ != Phase::dialling) return;
  phase_ = Phase::relaying;
  deadline_.reset();
  candidates_.clear();
  if (options_.answer_v0) {
    FrameHead response;
    response.u8(0).u8(0);
    out.push(server::Write{connection_, response, {}});
  }
  if (!early_.empty()) {
    out.push(server::WriteTarget{connection_, out.keep(std::exchange(early_, {}))});
  }
  if (client_ended_) out.push(server::HalfCloseTarget{connection_});
  out.push(server::ResumeReading{connection_});
}

void ServerTcpRelay::on_target_failed(TimePoint now, ServerActions& out) {
  has_target_ = false;
  if (phase_ == Phase::dialling) dial_next(now, out);
}

void ServerTcpRelay::on_client_bytes(ByteView bytes, ServerActions& out) {
  if (phase_ == Phase::relaying) {
    out.push(server::WriteTarget{connection_, bytes});
  } else {
    append(early_, bytes);  // read before the pause took effect: one read at most
  }
}

void ServerTcpRelay::on_client_end_of_stream(ServerActions& out) {
  client_ended_ = true;
  if (phase_ != Phase::relaying) return;
  if (target_ended_) {
    close(CloseKind::clean, out);
  } else {
    out.push(server::HalfCloseTarget{connection_});
  }
}

void ServerTcpRelay::on_client_lost(ServerActions& out) {
  if (has_target_) out.push(server::CloseTarget{connection_, CloseKind::abort});
}

void ServerTcpRelay::on_target_bytes(ByteView bytes, ServerActions& out) {
  out.push(server::Write{connection_, {}, bytes});
}

void ServerTcpRelay::on_target_end_of_stream(ServerActions& out) {
  target_ended_ = true;
  if (client_ended_) {
    close(CloseKind::clean, out);
  } else {
    out.push(server::HalfClose{connection_});
  }
}

void ServerTcpRelay::on_target_lost(ServerActions& out) {
  out.push(server::Close{connection_, CloseKind::abort});
}

void ServerTcpRelay::on_deadline(TimePoint now, ServerActions& out) {
  if (!deadline_ || *deadline_ > now) return;
  if (phase_ == Phase::resolving) {
    close(CloseKind::clean, out);
  } else {
    dial_next(now, out);  // the driver drops the former target
  }
}

void ServerTcpRelay::close(CloseKind kind, ServerActions& out) {
  if (has_target_) out.push(server::CloseTarget{connection_, kind});
  out.push(server::Close{connection_, kind});
}

}  // namespace fullcone
