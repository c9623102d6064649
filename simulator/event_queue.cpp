#include "simulator/event_queue.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/hash.hpp"

namespace fullcone::sim {

void EventQueue::at(TimePoint when, Lane lane, Happening happening) {
  assert(when >= now_);
  const auto instant = static_cast<std::uint64_t>(when.time_since_epoch().count());
  const std::uint64_t tie =
      shuffle_seed_ ? seeded_hash(*shuffle_seed_, static_cast<std::uint64_t>(lane), instant, 0) : 0;
  heap_.push_back({when, tie, ++last_sequence_, std::move(happening)});
  std::ranges::push_heap(heap_, later);
}

bool EventQueue::step(TimePoint limit) {
  if (heap_.empty() || heap_.front().when > limit) return false;
  std::ranges::pop_heap(heap_, later);
  const Event event = std::move(heap_.back());
  heap_.pop_back();
  now_ = event.when;
  ++happened_;
  event.happening();
  return true;
}

void EventQueue::rest_until(TimePoint when) {
  assert(when >= now_ && (heap_.empty() || heap_.front().when > when));
  now_ = when;
}

std::optional<TimePoint> EventQueue::next() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front().when;
}

bool EventQueue::later(const Event& a, const Event& b) {
  if (a.when != b.when) return a.when > b.when;
  if (a.tie != b.tie) return a.tie > b.tie;
  return a.sequence > b.sequence;
}

}  // namespace fullcone::sim
