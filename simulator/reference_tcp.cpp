#include "simulator/reference_tcp.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace fullcone::sim {

ReferenceTcp::ReferenceTcp(std::uint8_t version, const Destination& target, Bytes early,
                           TimePoint now, const Bounds& bounds)
    : bounds_(&bounds),
      asked_(target),
      waits_until_(now + bounds.dial_timeout),
      answer_due_(version == 0),
      to_target_(std::move(early)) {
  if (const auto* const endpoint = std::get_if<Endpoint>(&asked_)) on_resolved({&endpoint->ip, 1});
}

// ----- facts

void ReferenceTcp::on_resolved(std::span<const IpAddress> addresses) {
  const std::uint16_t port = std::visit([](const auto& asked) { return asked.port; }, asked_);
  for (const IpAddress& ip : addresses) {
    if (bounds_->egress_allows({ip, port})) addresses_.push_back({ip, port});
  }
  if (addresses_.empty()) return must_close(addresses.empty() ? "TCP-3" : "EGRESS-1");
  next_address();
}

void ReferenceTcp::next_address() {
  waits_until_.reset();
  dial_due_ = !addresses_.empty();
  if (!dial_due_) must_close("TCP-3");
}

void ReferenceTcp::must_close(std::string_view rule) {
  waits_until_.reset();
  if (!close_due_) close_due_ = rule;
}

void ReferenceTcp::on_target_connected() {
  waits_until_.reset();
  connected_ = true;
}

void ReferenceTcp::on_target_failed() { next_address(); }

void ReferenceTcp::on_target_lost() { must_close("TCP-2"); }

void ReferenceTcp::on_deadline(TimePoint now) {
  if (waits_until_ && *waits_until_ <= now) next_address();
}

// ----- orders

void ReferenceTcp::on_dialled(const Endpoint& target, TimePoint now, const Report& report) {
  if (!bounds_->egress_allows(target)) report("EGRESS-1", "a dial to " + target.to_string());
  const auto asked = std::ranges::find(addresses_, target);
  if (!dial_due_ || asked == addresses_.end()) {
    return report("TCP-1", "a dial to " + target.to_string() + ", which was not asked for");
  }
  addresses_.erase(asked);
  dial_due_ = false;
  waits_until_ = now + bounds_->dial_timeout;
}

void ReferenceTcp::on_target_written(ByteView octets, const Report& report) {
  if (octets.size() > to_target_.size() ||
      !std::equal(octets.begin(), octets.end(), to_target_.begin())) {
    return report("TCP-1", "other octets than the client's reach the target");
  }
  to_target_.erase(to_target_.begin(),
                   to_target_.begin() + static_cast<std::ptrdiff_t>(octets.size()));
}

void ReferenceTcp::on_target_half_closed(const Report& report) {
  if (!client_ended_) report("TCP-2", "the target is told of an end that did not come");
  target_told_ = true;
}

void ReferenceTcp::on_written(ByteView octets, const Report& report) {
  constexpr std::uint8_t kResponse[] = {0, 0};
  const bool has_response = octets.size() >= 2 && std::ranges::equal(octets.first(2), kResponse);
  if (answer_due_) {
    if (!has_response) return report("RSP-0", "other octets come before the response");
    answer_due_ = false;
    octets = octets.subspan(2);
  }
  const bool is_good = octets.size() <= to_client_.size() &&
                       std::equal(octets.begin(), octets.end(), to_client_.begin());
  if (!is_good && has_response && !any_written_) return report("RSP-1", "a response in v1");
  if (!is_good) return report("TCP-1", "other octets than the target's reach the client");
  any_written_ = true;
  to_client_.erase(to_client_.begin(),
                   to_client_.begin() + static_cast<std::ptrdiff_t>(octets.size()));
}

void ReferenceTcp::on_half_closed(const Report& report) {
  if (!target_ended_) report("TCP-2", "the client is told of an end that did not come");
  client_told_ = true;
}

void ReferenceTcp::on_settled(const Report& report, bool held_back) {
  if (close_due_) {
    if (!held_back) report(*close_due_, "a stream stays open whose target failed");
    return;
  }
  if (std::exchange(dial_due_, false)) report("TCP-3", "the next address is not dialled");
  if (!connected_) return;
  if (!std::exchange(to_target_, {}).empty()) {
    report("TCP-1", "octets for the target are not passed on");
  }
  if (client_ended_ && !std::exchange(target_told_, true)) {
    report("TCP-2", "the client's end is not passed on");
  }
  if (held_back) return;
  if (client_ended_ && target_ended_) report("TCP-2", "a stream outlives its two ends");
  if (!std::exchange(to_client_, {}).empty()) {
    report("TCP-1", "octets for the client are not passed on");
  }
  if (target_ended_ && !std::exchange(client_told_, true)) {
    report("TCP-2", "the target's end is not passed on");
  }
}

}  // namespace fullcone::sim
