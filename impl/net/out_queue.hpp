// Octets waiting to leave a stream, in one piece. What bounds it is its user's business. An empty
// queue holds no room: it is handed from one to the next through the shard's spare.
#pragma once

#include <cassert>
#include <cstddef>
#include <utility>

#include "base/bytes.hpp"

namespace fullcone {

class OutQueue {
 public:
  bool empty() const { return front_ == octets_.size(); }
  std::size_t size() const { return octets_.size() - front_; }
  ByteView view() const { return ByteView(octets_).subspan(front_); }

  // `spare`: room to begin with, taken when there is none.
  void append(ByteView octets, Bytes& spare) {
    if (octets_.capacity() == 0) octets_ = std::exchange(spare, {});
    fullcone::append(octets_, octets);
  }

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
    octets_.clear();
  }

  // The room of an empty queue goes to `spare`, unless it is too much to keep.
  void give_back(Bytes& spare) {
    assert(empty());
    Bytes room = std::exchange(octets_, {});
    if (room.capacity() > spare.capacity() && room.capacity() <= kKept) spare = std::move(room);
  }

 private:
  static constexpr std::size_t kKept = 524288;  // octets; one spare for each shard

  Bytes octets_;
  std::size_t front_ = 0;
};

}  // namespace fullcone
