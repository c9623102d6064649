// What happens next: events ordered by virtual time, then by the order they were planned in. With a
// shuffle seed, events of one instant are taken in an order drawn from it instead; those of one
// lane (a link, a node) keep theirs, as nothing in the real world would swap them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/time.hpp"

namespace fullcone::sim {

enum class Lane : std::uint64_t {};

class EventQueue {
 public:
  using Happening = std::function<void()>;

  explicit EventQueue(std::optional<std::uint64_t> shuffle_seed = std::nullopt)
      : shuffle_seed_(shuffle_seed) {}

  // The instant of the event that happens, or last happened; time 0 is the world's beginning.
  TimePoint now() const { return now_; }
  Lane new_lane() { return Lane{++last_lane_}; }

  // `when` not before now().
  void at(TimePoint when, Lane lane, Happening happening);
  void after(Duration delay, Lane lane, Happening happening) {
    at(now_ + delay, lane, std::move(happening));
  }

  // Lets the next event happen; false, and time stands still, when there is none until `limit`.
  bool step(TimePoint limit);
  // Nothing happens until `when`; not before the next event, not into the past.
  void rest_until(TimePoint when);

  std::optional<TimePoint> next() const;
  std::uint64_t happened() const { return happened_; }
  std::size_t pending() const { return heap_.size(); }

 private:
  struct Event {
    TimePoint when;
    std::uint64_t tie;
    std::uint64_t sequence;
    Happening happening;
  };
  static bool later(const Event& a, const Event& b);

  std::optional<std::uint64_t> shuffle_seed_;
  TimePoint now_{};
  std::uint64_t last_lane_ = 0;
  std::uint64_t last_sequence_ = 0;
  std::uint64_t happened_ = 0;
  std::vector<Event> heap_;  // the earliest at its front
};

}  // namespace fullcone::sim
