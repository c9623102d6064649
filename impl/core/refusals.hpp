// Destinations whose channel the server has just closed without an answer: they are not dialled
// again before a pause, so that an app that insists does not become a storm of TLS handshakes.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <deque>
#include <optional>
#include <utility>

#include "base/time.hpp"
#include "wire/address.hpp"

namespace fullcone {

class Refusals {
 public:
  Refusals(Duration hold, std::uint64_t hash_seed)
      : hold_(hold), held_(0, DestinationHash{hash_seed}) {}

  void add(const Destination& destination, TimePoint now) {
    if (held_.insert(destination).second) ends_.emplace_back(now + hold_, destination);
  }

  // Whether `destination` is held at `now`.
  bool holds(const Destination& destination, TimePoint now) {
    release(now);
    return held_.contains(destination);
  }

  void release(TimePoint now) {
    while (!ends_.empty() && ends_.front().first <= now) {
      held_.erase(ends_.front().second);
      ends_.pop_front();
    }
  }

  std::optional<TimePoint> next_release() const {
    if (ends_.empty()) return std::nullopt;
    return ends_.front().first;
  }

 private:
  Duration hold_;
  boost::unordered_flat_set<Destination, DestinationHash> held_;
  std::deque<std::pair<TimePoint, Destination>> ends_;  // the hold is one for all: in order of time
};

}  // namespace fullcone
