// Octets waiting to leave a stream, in one piece. What bounds it is its user's business.
#pragma once

#include <cassert>
#include <cstddef>

#include "base/bytes.hpp"

namespace fullcone {

class OutQueue {
 public:
  bool empty() const { return front_ == octets_.size(); }
  std::size_t size() const { return octets_.size() - front_; }
  ByteView view() const { return ByteView(octets_).subspan(front_); }

  void append(ByteView octets) { fullcone::append(octets_, octets); }

  void consume(std::size_t count) {
    assert(count <= size());
    front_ += count;
    if (empty()) {
      clear();
    } else if (front_ > octets_.size() / 2) {  // each octet moves once on average
      octets_.erase(octets_.begin(), octets_.begin() + static_cast<std::ptrdiff_t>(front_));
      front_ = 0;
    }
  }

  void clear() {
    front_ = 0;
    if (octets_.capacity() > kKept) {
      octets_ = {};
    } else {
      octets_.clear();
    }
  }

 private:
  static constexpr std::size_t kKept = 4096;  // octets of room that an idle stream keeps

  Bytes octets_;
  std::size_t front_ = 0;
};

}  // namespace fullcone
