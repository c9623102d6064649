// The records that come in on a socket, each whole. One read of the socket takes as many as wait,
// into room that the thread lends to one connection after another. What is left between turns is
// kept apart, in no more than it needs: the part of a record, mostly.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "base/bytes.hpp"

namespace fullcone {

class TlsRecordInput {
 public:
  // `fd` outlives it.
  explicit TlsRecordInput(int fd) : fd_(fd) {}

  // The next record with its header, good until drop() or read(). Empty: it is not there as a
  // whole. Null: what comes is no protected record of TLS 1.3 (RFC 8446 section 5.2).
  std::optional<ByteView> next() const;
  void drop(ByteView record) { front_ += record.size(); }
  // Why next() is null: it is longer than any record (record_overflow).
  bool overflows() const;
  // Nothing that is there is wanted.
  void drop_all() { front_ = back_; }

  enum class Outcome : std::uint8_t { some, nothing, end, failed };
  // Precondition: next() is empty.
  Outcome read();
  // The last read took less than it had room for: readiness will say when there is more.
  bool drained() const { return drained_; }
  // A turn is over: the room goes back.
  void settle();

 private:
  std::size_t size() const { return back_ - front_; }
  ByteView view() const { return {room_.get() + front_, size()}; }
  // Puts the octets into `room` and returns where they were.
  std::unique_ptr<std::uint8_t[]> move_to(std::unique_ptr<std::uint8_t[]> room);

  int fd_;
  bool drained_ = false;
  bool lent_ = false;  // room_ is the thread's
  std::unique_ptr<std::uint8_t[]> room_;
  std::size_t front_ = 0;
  std::size_t back_ = 0;
};

}  // namespace fullcone
