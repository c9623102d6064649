// The DATAGRAM frames of one UDP stream that wait to be written (MUX-3), in one piece of memory
// that is kept: a queue that fills and empties allocates nothing. Only what a burst takes is given
// back.
#pragma once

#include <cstddef>
#include <utility>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "core/send_budget.hpp"
#include "wire/mux_frame.hpp"

namespace fullcone {

class MuxDatagramQueue {
 public:
  // The bound is so many times as high while the queue has not waited for SendBudget::kBurstTime:
  // one stream takes what comes for all destinations, each of which would have a channel's queue.
  static constexpr std::size_t kBurst = 16;

  explicit MuxDatagramQueue(std::size_t limit_bytes) : limit_(limit_bytes) {}

  bool empty() const { return frames_ == 0; }
  std::size_t frames() const { return frames_; }
  std::size_t octets() const { return octets_.size() - front_; }

  // A frame comes at `now`: how many octets may wait, its own included.
  std::size_t most_at(TimePoint now) {
    if (empty()) since_ = now;
    return now - since_ < SendBudget::kBurstTime ? kBurst * limit_ : limit_;
  }

  // A frame begins; its parts are appended in turn. A view that front() gave ends here.
  void begin_frame() {
    ++frames_;
    if (front_ < octets_.size() / 2) return;  // each octet moves once on average
    octets_.erase(octets_.begin(), octets_.begin() + static_cast<std::ptrdiff_t>(front_));
    front_ = 0;
  }
  void append(ByteView part) { fullcone::append(octets_, part); }

  // The oldest frame. Precondition: !empty().
  ByteView front() const {
    const ByteView waiting = ByteView(octets_).subspan(front_);
    return waiting.first(mux::FrameShape::size_of(waiting));
  }
  void pop() {
    front_ += front().size();
    --frames_;
  }

  // Whether its memory is more than a queue within its bound takes.
  bool has_grown() const { return octets_.capacity() > 4 * limit_; }
  // What the queue's views view. Precondition: empty().
  Bytes take_memory() {
    front_ = 0;
    return std::exchange(octets_, {});
  }

 private:
  std::size_t limit_;
  Bytes octets_;
  std::size_t front_ = 0;
  std::size_t frames_ = 0;
  TimePoint since_{};  // it was last found empty
};

}  // namespace fullcone
