// What happens next: events ordered by virtual time, then by the order they were planned in. With a
// shuffle seed, events of one instant are taken in an order drawn from it instead; those of one
// lane (a link, a node) keep theirs, as nothing in the real world would swap them.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "base/time.hpp"
#include "simulator/happening.hpp"

namespace fullcone::sim {

enum class Lane : std::uint64_t {};

class EventQueue {
 public:
  explicit EventQueue(std::optional<std::uint64_t> shuffle_seed = std::nullopt)
      : shuffle_seed_(shuffle_seed) {}

  // The instant of the event that happens, or last happened; time 0 is the world's beginning.
  TimePoint now() const { return now_; }
  Lane new_lane() { return Lane{++last_lane_}; }

  // `happening`, a callable without arguments, is called at `when`, which is not before now().
  // What it is about, `subject`, is fetched into the cache while the event before it happens.
  template <class Callable>
  void at(TimePoint when, Lane lane, Callable&& happening, const void* subject = nullptr) {
    happenings_[plan(when, lane, subject)].hold(std::forward<Callable>(happening));
  }
  template <class Callable>
  void after(Duration delay, Lane lane, Callable&& happening, const void* subject = nullptr) {
    at(now_ + delay, lane, std::forward<Callable>(happening), subject);
  }

  // Lets the next event happen; false, and time stands still, when there is none until `limit`, or
  // more wait than may.
  bool step(TimePoint limit);
  // More events wait than in any world that comes to an end: nothing happens any more.
  static constexpr std::size_t kMostPending = 500'000;
  bool overflows() const { return heap_.size() > kMostPending; }
  // Nothing happens until `when`; not before the next event, not into the past.
  void rest_until(TimePoint when);

  std::optional<TimePoint> next() const {
    if (heap_.empty()) return std::nullopt;
    return earliest();
  }
  std::uint64_t happened() const { return happened_; }
  std::size_t pending() const { return heap_.size(); }

 private:
  TimePoint earliest() const {
    return TimePoint(Duration(static_cast<Duration::rep>(heap_.front().when)));
  }
  struct Event {
    std::uint64_t when;   // in nanoseconds
    std::uint64_t order;  // within that instant: tie, then sequence
    const void* subject;
    std::uint32_t happening;  // its place in happenings_
    bool before(const Event& other) const {
      __extension__ using Wide = unsigned __int128;
      return (Wide{when} << 64 | order) < (Wide{other.when} << 64 | other.order);
    }
  };
  std::uint32_t plan(TimePoint when, Lane lane, const void* subject);
  void sift_up(const Event& event);
  void sift_down(const Event& event);
  void fetch_next() const;

  std::optional<std::uint64_t> shuffle_seed_;
  TimePoint now_{};
  std::uint64_t last_lane_ = 0;
  std::uint64_t last_sequence_ = 0;
  std::uint64_t happened_ = 0;
  std::vector<Event> heap_;            // of four children each, the earliest at its front
  std::deque<Happening> happenings_;   // a deque: they stay where they are
  std::vector<std::uint32_t> unused_;  // places of happenings_
};

}  // namespace fullcone::sim
