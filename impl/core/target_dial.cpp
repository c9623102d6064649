#include "core/target_dial.hpp"

namespace fullcone {

TargetDial::Outcome TargetDial::start(const Destination& destination, TimePoint now,
                                      ServerActions& out) {
  if (const auto* named = std::get_if<NamedEndpoint>(&destination)) {
    port_ = named->port;
    deadline_ = now + options_.timeout;
    out.push(server::Resolve{{target_.connection, target_.stream}, named->host});
    return Outcome::pending;
  }
  const auto& endpoint = std::get<Endpoint>(destination);
  port_ = endpoint.port;
  return on_resolved({&endpoint.ip, 1}, now, out);
}

TargetDial::Outcome TargetDial::on_resolved(std::span<const IpAddress> addresses, TimePoint now,
                                            ServerActions& out) {
  if (phase_ != Phase::resolving) return Outcome::pending;
  for (const auto& ip : addresses) {
    const Endpoint candidate{ip, port_};
    if (options_.egress == nullptr || options_.egress->allows(candidate)) {
      candidates_.push_back(candidate);
    }
  }
  phase_ = Phase::dialling;
  if (candidates_.empty() && !addresses.empty()) {
    ++*options_.denials;
    return Outcome::denied;
  }
  return dial_next(now, out);
}

TargetDial::Outcome TargetDial::dial_next(TimePoint now, ServerActions& out) {
  if (candidates_.empty()) return Outcome::failed;
  deadline_ = now + options_.timeout;
  out.push(server::DialTarget{target_, candidates_.front()});
  candidates_.pop_front();
  has_target_ = true;
  return Outcome::pending;
}

bool TargetDial::on_connected() {
  if (phase_ != Phase::dialling) return false;
  phase_ = Phase::done;
  deadline_.reset();
  candidates_.clear();
  return true;
}

TargetDial::Outcome TargetDial::on_failed(TimePoint now, ServerActions& out) {
  has_target_ = false;
  return phase_ == Phase::dialling ? dial_next(now, out) : Outcome::pending;
}

TargetDial::Outcome TargetDial::on_deadline(TimePoint now, ServerActions& out) {
  if (!deadline_ || *deadline_ > now) return Outcome::pending;
  if (phase_ == Phase::resolving) return Outcome::failed;
  return dial_next(now, out);  // the driver drops the former target
}

}  // namespace fullcone
