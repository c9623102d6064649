#include "core/server_tcp_relay.hpp"

#include <utility>

namespace fullcone {

void ServerTcpRelay::start(const Destination& destination, Bytes early, TimePoint now,
                           ServerActions& out) {
  early_ = std::move(early);
  out.push(server::PauseReading{connection_});  // until the target is there
  close_unless_pending(dial_.start(destination, now, out), out);
}

void ServerTcpRelay::on_resolved(std::span<const IpAddress> addresses, TimePoint now,
                                 ServerActions& out) {
  close_unless_pending(dial_.on_resolved(addresses, now, out), out);
}

void ServerTcpRelay::on_target_connected(ServerActions& out) {
  if (!dial_.on_connected()) return;
  relaying_ = true;
  if (answer_v0_) {
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
  close_unless_pending(dial_.on_failed(now, out), out);
}

void ServerTcpRelay::on_client_bytes(ByteView bytes, ServerActions& out) {
  if (relaying_) {
    out.push(server::WriteTarget{connection_, bytes});
  } else {
    append(early_, bytes);  // read before the pause took effect: one read at most
  }
}

void ServerTcpRelay::on_client_end_of_stream(ServerActions& out) {
  client_ended_ = true;
  if (!relaying_) return;
  if (target_ended_) {
    close(CloseKind::clean, out);
  } else {
    out.push(server::HalfCloseTarget{connection_});
  }
}

void ServerTcpRelay::on_client_lost(ServerActions& out) {
  if (dial_.has_target()) out.push(server::CloseTarget{connection_, CloseKind::abort});
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
  close_unless_pending(dial_.on_deadline(now, out), out);
}

void ServerTcpRelay::close_unless_pending(TargetDial::Outcome outcome, ServerActions& out) {
  if (outcome != TargetDial::Outcome::pending) close(CloseKind::clean, out);
}

void ServerTcpRelay::close(CloseKind kind, ServerActions& out) {
  if (dial_.has_target()) out.push(server::CloseTarget{connection_, kind});
  out.push(server::Close{connection_, kind});
}

}  // namespace fullcone
