// Deadlines of many things, earliest first; ties in the order they were armed. Arming and disarming
// are O(log n). The owner of a thing keeps its Alarm, so nothing is left behind when it goes.
#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "base/time.hpp"

namespace fullcone {

template <class Key>
class Deadlines {
  struct Entry {
    TimePoint due;
    std::uint64_t sequence;
    Key key;
    bool operator<(const Entry& other) const {
      return due != other.due ? due < other.due : sequence < other.sequence;
    }
  };

 public:
  // One thing's place in the queue; disarmed when default-constructed.
  class Alarm {
   public:
    bool armed() const { return sequence_ != 0; }
    TimePoint due() const { return due_; }  // precondition: armed()

   private:
    friend class Deadlines;
    TimePoint due_{};
    std::uint64_t sequence_ = 0;
  };

  void arm(Alarm& alarm, TimePoint due, const Key& key) {
    if (alarm.armed() && alarm.due_ == due) return;
    disarm(alarm);
    alarm.due_ = due;
    alarm.sequence_ = ++last_sequence_;
    entries_.insert({due, alarm.sequence_, key});
  }

  // Arms for `due` unless an earlier alarm stands: for deadlines that only ever move away, whose
  // owner looks again when called early.
  void arm_by(Alarm& alarm, TimePoint due, const Key& key) {
    if (!alarm.armed() || due < alarm.due_) arm(alarm, due, key);
  }

  void disarm(Alarm& alarm) {
    if (!alarm.armed()) return;
    entries_.erase(Entry{alarm.due_, alarm.sequence_, {}});
    alarm.sequence_ = 0;
  }

  // The earliest key that is due; it stays armed until its owner re-arms or disarms it.
  std::optional<Key> due(TimePoint now) const {
    if (entries_.empty() || entries_.begin()->due > now) return std::nullopt;
    return entries_.begin()->key;
  }

  std::optional<TimePoint> next() const {
    if (entries_.empty()) return std::nullopt;
    return entries_.begin()->due;
  }

  std::size_t size() const { return entries_.size(); }

 private:
  std::set<Entry> entries_;
  std::uint64_t last_sequence_ = 0;
};

}  // namespace fullcone
