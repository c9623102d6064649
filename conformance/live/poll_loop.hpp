// The live testbed's only way to wait: everything that has a descriptor is polled, in one thread,
// while run_until() runs.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/time.hpp"
#include "conformance/bed/wiretap.hpp"

namespace fullcone::conformance {

class Pollable {
 public:
  virtual ~Pollable() = default;
  // -1: it is over, and is forgotten.
  virtual int fd() const = 0;
  // POLLIN, POLLOUT, both or none.
  virtual short wanted() const = 0;
  virtual void on_ready() = 0;
};

class PollLoop {
 public:
  // Shared: some have to say goodbye after their owner has left.
  void add(std::shared_ptr<Pollable> pollable) { pollables_.push_back(std::move(pollable)); }
  // False when `limit` is over before `done`.
  bool run_until(const std::function<bool()>& done, Duration limit);
  static TimePoint now();
  // Since 1970.
  static TimePoint wall_clock();

  // Whom everything in the loop tells what passes; nullptr: nobody.
  Wiretap* wiretap() const { return wiretap_; }
  void set_wiretap(Wiretap* wiretap) { wiretap_ = wiretap; }

 private:
  void poll_once(Duration most);
  std::vector<std::shared_ptr<Pollable>> pollables_;
  Wiretap* wiretap_ = nullptr;
};

}  // namespace fullcone::conformance
