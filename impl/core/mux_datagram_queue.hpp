// The DATAGRAM frames of one UDP stream that wait to be written, in one piece of memory that is
// kept: a queue that fills and empties allocates nothing.
#pragma once

#include <cstddef>
#include <utility>

#include "base/bytes.hpp"
#include "wire/mux_frame.hpp"

namespace fullcone {

class MuxDatagramQueue {
 public:
  bool empty() const { return frames_ == 0; }
  std::size_t frames() const { return frames_; }
  std::size_t octets() const { return octets_.size() - front_; }

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

  // The end of the queue: what its views view.
  Bytes take_memory() { return std::exchange(octets_, {}); }

 private:
  Bytes octets_;
  std::size_t front_ = 0;
  std::size_t frames_ = 0;
};

}  // namespace fullcone
