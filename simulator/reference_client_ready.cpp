// The part of ReferenceClient that judges connections without a request: how many, for how long;
// and whose they are once there is one.
#include <algorithm>
#include <utility>

#include "simulator/reference_client.hpp"

namespace fullcone::sim {

// Any association without CRUMFURS may be redialling it; one that is lost track of, anything.
void ReferenceClient::judge_count_of_spares() {
  const auto redials =
      static_cast<std::size_t>(std::ranges::count_if(locals_, [&](const auto& each) {
        const Local& local = each.second;
        return settings_.version == 1 && local.is_association && local.any_wanted &&
               !local.crumfurs;
      }));
  const bool lost_track =
      std::ranges::any_of(locals_, [](const auto& each) { return each.second.lost_track; });
  if (lost_track) return;
  const ClientLimits& limits = settings_.limits;
  const std::size_t ready = limits.ready_connections == 0 ? 0 : limits.ready_most;
  const std::size_t muxes = uses_mux() ? 1 : 0;  // likewise
  if (spares_.size() > ready + redials + muxes) {
    report("INVARIANT", std::to_string(spares_.size()) + " connections that nobody needs");
  }
}

// While one is being dialled, which may be a redial's, the latest request is not known.
void ReferenceClient::judge_age_of_spares() {
  const ClientLimits& limits = settings_.limits;
  const bool is_idle = used_at_ && now_ > *used_at_ + limits.ready_idle && !is_dialling_a_spare();
  for (const ConnectionId id : spares_) {
    const Channel& channel = channels_.at(id);
    if (!channel.up_at) continue;
    if (now_ > *channel.up_at + limits.ready_age) {
      report("INVARIANT", "a connection is kept ready for too long");
    } else if (is_idle) {
      report("INVARIANT", "a connection is kept ready though none has been asked for in a while");
    }
  }
}

bool ReferenceClient::is_dialling_a_spare() const {
  return std::ranges::any_of(spares_, [&](ConnectionId id) { return !channels_.at(id).up_at; });
}

// It may have been a redial, and then the next one may take its time.
void ReferenceClient::on_spare_failed(const Channel& channel) {
  if (channel.up_at) return;
  for (auto& [id, local] : locals_) {
    if (local.redial_by) expect_redial(local);
  }
}

// Its request is about to be judged. Without anybody acting it is a CRUMFURS redial, whose session
// tells whose.
void ReferenceClient::adopt(ConnectionId id, Channel& channel) {
  spares_.erase(id);
  channel.was_ready = coming_up_ != id;
  note_use(channel.was_ready ? now_ : channel.dialled_at);
  Local* const local = acting_ ? find(*acting_) : nullptr;
  if (local == nullptr) return;
  channel.owner = acting_;
  if (local->is_association || local->lost_track) return;
  begin_tunnel(*local);
  if (!local->tunnel) return;
  local->tunnel->on_connected();
  replying_ = true;
}

// The server may have ended it before it read the request. What a target may have had it must not
// have twice (TCP-1).
bool ReferenceClient::is_doubtful(const Channel& channel) const {
  if (!channel.was_ready || channel.answered) return false;
  return channel.command == Command::crumfurs ||
         (now_ < channel.requested_at + settings_.limits.ready_retry &&
          (channel.command == Command::udp || !channel.passed));
}

// Datagrams may be sent once more, then.
void ReferenceClient::give_back_doubtful(Channel& channel) {
  if (channel.command != Command::udp || !is_doubtful(channel)) return;
  for (const Bytes& payload : channel.doubtful) ledger_.on_may_repeat(channel.destination, payload);
  Local* const local = owner_of(&channel);
  if (local == nullptr || channel.doubtful.empty()) return;
  local->closed_by_server = false;  // it has something to send again
  auto& waiting = local->waiting[channel.destination];
  waiting.insert(waiting.begin(), channel.doubtful.begin(), channel.doubtful.end());
}

}  // namespace fullcone::sim
