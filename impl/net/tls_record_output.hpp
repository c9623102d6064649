// Records that have been sealed and go out on a socket: several by one call. What the socket does
// not take at once waits here, in room of the thread's when it is much, else in no more than it
// needs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "net/transport.hpp"

namespace fullcone {

class TlsRecordOutput {
 public:
  // `fd` outlives it.
  explicit TlsRecordOutput(int fd) : fd_(fd) {}

  bool empty() const { return front_ == back_; }
  std::size_t size() const { return back_ - front_; }
  // For one more record, of any length.
  bool has_room() const;
  // Where the next `octets` are to be written. Precondition: has_room(), and nothing that was here
  // when send() returned still is.
  std::uint8_t* add(std::size_t octets);
  // done: nothing is left here; else wants_write or failed. `more` is added right after it.
  Transport::Status send(bool more);

 private:
  void keep_little();

  int fd_;
  bool lent_ = false;                     // room_ is the thread's
  std::unique_ptr<std::uint8_t[]> room_;  // there while octets wait in it
  std::size_t front_ = 0;
  std::size_t back_ = 0;
};

}  // namespace fullcone
