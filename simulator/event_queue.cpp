#include "simulator/event_queue.hpp"

#include <algorithm>
#include <cassert>

#include "base/hash.hpp"

namespace fullcone::sim {

// Returns the place for the callable.
std::uint32_t EventQueue::plan(TimePoint when, Lane lane) {
  assert(when >= now_);
  const auto instant = static_cast<std::uint64_t>(when.time_since_epoch().count());
  const std::uint64_t tie =
      shuffle_seed_ ? seeded_hash(*shuffle_seed_, static_cast<std::uint64_t>(lane), instant, 0) : 0;
  if (unused_.empty()) {
    unused_.push_back(static_cast<std::uint32_t>(happenings_.size()));
    happenings_.emplace_back();
  }
  const std::uint32_t place = unused_.back();
  unused_.pop_back();
  heap_.push_back({when, tie, ++last_sequence_, place});
  std::ranges::push_heap(heap_, Later{});
  return place;
}

bool EventQueue::step(TimePoint limit) {
  if (heap_.empty() || heap_.front().when > limit) return false;
  std::ranges::pop_heap(heap_, Later{});
  const Event event = heap_.back();
  heap_.pop_back();
  now_ = event.when;
  ++happened_;
  happenings_[event.happening].happen();
  unused_.push_back(event.happening);
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

bool EventQueue::Later::operator()(const Event& a, const Event& b) const {
  if (a.when != b.when) return a.when > b.when;
  if (a.tie != b.tie) return a.tie > b.tie;
  return a.sequence > b.sequence;
}

}  // namespace fullcone::sim
