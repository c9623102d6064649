#include "simulator/event_queue.hpp"

#include <algorithm>
#include <cassert>

#include "base/hash.hpp"

namespace fullcone::sim {
namespace {

constexpr std::size_t kChildren = 4;
constexpr unsigned kSequenceBits = 40;  // of Event::order; what is above them is the tie

}  // namespace

// Returns the place for the callable.
std::uint32_t EventQueue::plan(TimePoint when, Lane lane, const void* subject) {
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
  sift_up({instant, tie >> kSequenceBits << kSequenceBits | ++last_sequence_, subject, place});
  return place;
}

bool EventQueue::step(TimePoint limit) {
  if (heap_.empty() || overflows() || earliest() > limit) return false;
  now_ = earliest();
  const std::uint32_t place = heap_.front().happening;
  const Event last = heap_.back();
  heap_.pop_back();
  if (!heap_.empty()) {
    sift_down(last);
    fetch_next();
  }
  ++happened_;
  happenings_[place].happen();
  unused_.push_back(place);
  return true;
}

// The subjects of many events are cold, each of them many lines that would be waited for in turn.
void EventQueue::fetch_next() const {
  constexpr std::size_t kLine = 64;
  constexpr std::size_t kFetched = 16 * kLine;
  const Event& next = heap_.front();
  if (next.subject == nullptr) return;
  const auto* const from = static_cast<const char*>(next.subject);
  for (std::size_t at = 0; at < kFetched; at += kLine) __builtin_prefetch(from + at);
}

void EventQueue::rest_until(TimePoint when) {
  assert(when >= now_ && (heap_.empty() || overflows() || earliest() > when));
  now_ = when;
}

// ----- the heap

void EventQueue::sift_up(const Event& event) {
  std::size_t at = heap_.size();
  heap_.push_back(event);
  for (; at != 0; at = (at - 1) / kChildren) {
    const Event& parent = heap_[(at - 1) / kChildren];
    if (!event.before(parent)) break;
    heap_[at] = parent;
  }
  heap_[at] = event;
}

// From the front, which is vacant. Which child is first cannot be foreseen: no branch asks.
void EventQueue::sift_down(const Event& event) {
  const auto earlier = [](const Event* a, const Event* b) { return b->before(*a) ? b : a; };
  Event* const heap = heap_.data();
  const std::size_t count = heap_.size();
  std::size_t at = 0;
  std::size_t child = 1;
  for (; child + kChildren <= count; child = kChildren * at + 1) {
    const Event* const four = heap + child;
    const Event* const first = earlier(earlier(four, four + 1), earlier(four + 2, four + 3));
    if (!first->before(event)) break;
    heap[at] = *first;
    at = static_cast<std::size_t>(first - heap);
  }
  if (child < count && child + kChildren > count) {
    const Event* first = heap + child;
    for (std::size_t other = child + 1; other < count; ++other) {
      first = earlier(first, heap + other);
    }
    if (first->before(event)) {
      heap[at] = *first;
      at = static_cast<std::size_t>(first - heap);
    }
  }
  heap[at] = event;
}

}  // namespace fullcone::sim
