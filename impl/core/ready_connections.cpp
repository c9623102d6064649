#include "core/ready_connections.hpp"

#include <algorithm>
#include <utility>

namespace fullcone {
namespace {

// A server that closes one at this age or later has had enough of it; one that does so earlier is
// in trouble.
constexpr Duration kLeastAge = 1s;

}  // namespace

// ----- for whoever has a request to make

ReadyConnections::Taken ReadyConnections::take(TimePoint now, ClientActions& out) {
  const auto usable = [&](const Kept& kept) { return kept.up && now < kept.since + age_; };
  const auto youngest = std::find_if(kept_.rbegin(), kept_.rend(), usable);
  if (youngest == kept_.rend()) {
    if (limits_.ready_connections != 0) ++counters_.ready_missed;
    if (used_at_ && pause_ == Duration::zero()) {
      wanted_ = std::min(wanted_ + 1, limits_.ready_most);
    }
    return dial_afresh(now, out);
  }
  const Taken taken{youngest->connection, true};
  ++counters_.ready_taken;
  used_at_ = now;
  pause_ = {};
  kept_.erase(std::next(youngest).base());
  held_.give_back();
  refill_soon(now);
  return taken_.emplace_back(taken);
}

ReadyConnections::Taken ReadyConnections::dial_afresh(TimePoint now, ClientActions& out) {
  const Taken taken{ids_.next(), false};
  out.push(client::Connect{taken.connection});
  if (limits_.ready_connections != 0) {
    if (!used_at_) {
      wanted_ = std::min(limits_.ready_connections, limits_.ready_most);
      age_ = limits_.ready_age;
    }
    used_at_ = now;
    refill_soon(now);
  }
  return taken_.emplace_back(taken);
}

// A handshake costs both ends more than the request: that one comes first. Further requests do not
// put it off.
void ReadyConnections::refill_soon(TimePoint now) {
  if (refill_at_ <= now) refill_at_ = now + kRefill;
  due_ = due_ ? std::min(*due_, refill_at_) : refill_at_;
}

// ----- facts about those kept ready

ReadyConnections::Place ReadyConnections::find(ConnectionId id) {
  return std::ranges::find(kept_, id, &Kept::connection);
}

void ReadyConnections::on_connected(ConnectionId id, TimePoint now, ClientActions& out) {
  const auto place = find(id);
  if (place == kept_.end()) return;
  place->up = true;
  place->since = now;
  const auto quarter = static_cast<std::uint64_t>(age_.count() / 4);
  place->fades_at =
      now + age_ * 5 / 8 + Duration(static_cast<Duration::rep>(random_.below(quarter + 1)));
  std::rotate(place, std::next(place), kept_.end());
  const auto fading = std::ranges::find_if(kept_, &Kept::fading);
  if (fading != kept_.end()) discard(fading, now, out);
  plan(now);
}

void ReadyConnections::on_lost(ConnectionId id, TimePoint now) {
  const auto place = find(id);
  if (place == kept_.end()) return;
  if (place->up) ++counters_.ready_lost;
  back_off(now);
  forget(place, now);
}

void ReadyConnections::on_ended(ConnectionId id, TimePoint now, ClientActions& out) {
  const auto place = find(id);
  if (place == kept_.end()) return;
  out.push(client::CloseServer{id});
  ++counters_.ready_lost;
  const Duration lived = now - place->since;
  if (lived >= kLeastAge) {
    age_ = std::min(age_, lived * 3 / 4);
  } else {
    back_off(now);
  }
  forget(place, now);
}

void ReadyConnections::on_bytes(ConnectionId id, TimePoint now, ClientActions& out) {
  const auto place = find(id);
  if (place == kept_.end()) return;
  out.push(client::CloseServer{id, CloseKind::abort});
  ++counters_.ready_lost;
  back_off(now);
  forget(place, now);
}

void ReadyConnections::forget(Place place, TimePoint now) {
  kept_.erase(place);
  held_.give_back();
  plan(now);
}

// Cut, and not closed: to a server with a fallback a clean end would be a visitor's (AUTH-2).
void ReadyConnections::discard(Place place, TimePoint now, ClientActions& out) {
  out.push(client::CloseServer{place->connection, CloseKind::abort});
  ++counters_.ready_unused;
  forget(place, now);
}

// ----- time

void ReadyConnections::on_deadline(TimePoint now, ClientActions& out) {
  if (!due_ || *due_ > now) return;
  if (*used_at_ + limits_.ready_idle <= now) return close_all(out);
  fade(now, out);
  top_up(now, out);
  plan(now);
}

// One that nobody has taken for most of its time shows that one less would do.
void ReadyConnections::fade(TimePoint now, ClientActions& out) {
  for (Kept& kept : kept_) {
    if (!kept.up || kept.fading || now < kept.fades_at) continue;
    kept.fading = true;
    pause_ = {};
    wanted_ = std::max(wanted_ - 1, std::min(limits_.ready_connections, limits_.ready_most));
  }
  const auto old = [&](const Kept& kept) { return kept.up && kept.since + age_ <= now; };
  for (auto place = std::ranges::find_if(kept_, old); place != kept_.end();
       place = std::ranges::find_if(kept_, old)) {
    discard(place, now, out);
  }
}

void ReadyConnections::top_up(TimePoint now, ClientActions& out) {
  if (now < std::max(not_before_, refill_at_)) return;
  while (missing() != 0 && held_.take(limits_.ready_most)) {
    kept_.insert(kept_.begin(), Kept{.connection = ids_.next()});
    out.push(client::Connect{kept_.front().connection});
  }
}

// A server that is in trouble is tried with one.
std::size_t ReadyConnections::missing() const {
  const auto fading = static_cast<std::size_t>(std::ranges::count_if(kept_, &Kept::fading));
  const std::size_t fresh = kept_.size() - fading;
  const std::size_t wanted = pause_ == Duration::zero() ? wanted_ : 1;
  return fresh < wanted ? wanted - fresh : 0;
}

void ReadyConnections::back_off(TimePoint now) {
  if (now < not_before_) return;
  pause_ = pause_ == Duration::zero() ? limits_.reconnect_first
                                      : std::min(pause_ * 2, limits_.reconnect_most);
  const auto half = static_cast<std::uint64_t>(pause_.count() / 2);
  not_before_ = now + Duration(static_cast<Duration::rep>(half + random_.below(half + 1)));
}

void ReadyConnections::plan(TimePoint now) {
  if (!used_at_) return;
  due_ = *used_at_ + limits_.ready_idle;
  for (const Kept& kept : kept_) {
    if (!kept.up) continue;
    const TimePoint old = kept.since + age_;
    due_ = std::min(*due_, kept.fading ? old : std::min(old, kept.fades_at));
  }
  if (missing() != 0 && held_.held() < limits_.ready_most) {
    due_ = std::min(*due_, std::max({now, not_before_, refill_at_}));
  }
}

void ReadyConnections::close_all(ClientActions& out) {
  for (const Kept& kept : kept_) {
    out.push(client::CloseServer{kept.connection, CloseKind::abort});
    ++counters_.ready_unused;
    held_.give_back();
  }
  kept_.clear();
  used_at_.reset();
  due_.reset();
}

}  // namespace fullcone
