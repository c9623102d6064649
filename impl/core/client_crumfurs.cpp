#include "core/client_crumfurs.hpp"

#include "wire/request_header.hpp"

namespace fullcone {

void ClientCrumfurs::need(TimePoint now, ClientActions& out) {
  const bool pause_over = phase_ == Phase::waiting && *due_ <= now;
  if (phase_ == Phase::unused || pause_over) return dial(now, out);
  if (phase_ == Phase::waiting) wanted_ = true;
}

void ClientCrumfurs::dial(TimePoint now, ClientActions& out) {
  open_on(connections_.take(now, out));
}

void ClientCrumfurs::open_on(ReadyConnections::Taken taken) {
  phase_ = Phase::connecting;
  due_.reset();
  wanted_ = false;
  messages_ = {};
  connection_ = taken.connection;
  on_ready_ = taken.ready;
}

void ClientCrumfurs::on_connected(TimePoint now, ClientActions& out) {
  phase_ = Phase::requested;
  const ClientLimits& limits = settings_.limits;
  due_ = now + (on_ready_ ? limits.ready_retry : limits.connect_timeout);
  Bytes request;
  encode_request_header({.version = 1,
                         .user = settings_.user,
                         .session = session_,
                         .mapping = settings_.mapping,
                         .command = Command::crumfurs,
                         .destination = std::nullopt},
                        request);
  out.push(client::WriteServer{*connection_, {}, out.keep(std::move(request))});
}

void ClientCrumfurs::on_established(TimePoint now) {
  phase_ = Phase::established;
  due_.reset();
  established_at_ = now;
  ++counters_.crumfurs_established;
}

void ClientCrumfurs::on_lost(TimePoint now, ClientActions& out) {
  if (repeats(now, out)) return;
  wait(now);
  wanted_ = true;
}

void ClientCrumfurs::on_ended(TimePoint now, ClientActions& out) {
  if (repeats(now, out)) return;
  wait(now);
  wanted_ = false;
}

// Nothing is lost with an unanswered request, and a second one of a session does no harm (CRUM-7).
bool ClientCrumfurs::repeats(TimePoint now, ClientActions& out) {
  if (!on_ready_) return false;
  ++counters_.requests_repeated;
  open_on(connections_.dial_afresh(now, out));
  return true;
}

void ClientCrumfurs::wait(TimePoint now) {
  ++counters_.crumfurs_lost;
  const Duration lived = established_at_ ? now - *established_at_ : Duration::zero();
  due_ = now + backoff_.next(lived, random_);
  phase_ = Phase::waiting;
  connection_.reset();
  established_at_.reset();
}

std::optional<TimePoint> ClientCrumfurs::deadline() const {
  const bool waits_for_app = phase_ == Phase::waiting && !wanted_;
  return waits_for_app ? std::nullopt : due_;
}

void ClientCrumfurs::on_deadline(TimePoint now, ClientActions& out) {
  const auto due = deadline();
  if (!due || *due > now) return;
  if (phase_ == Phase::waiting) return dial(now, out);
  out.push(client::CloseServer{*connection_, CloseKind::abort});  // no answer
  on_lost(now, out);
}

void ClientCrumfurs::end(ClientActions& out) {
  if (connection_) out.push(client::CloseServer{*connection_});
  connection_.reset();
  due_.reset();
  phase_ = Phase::unused;
}

}  // namespace fullcone
