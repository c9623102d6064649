// Records that have been sealed and go out on a socket: several by one call. What the socket does
// not take at once waits here; the room for it is the thread's as long as nothing does.
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
  // For one more record, of any length.
  bool has_room() const;
  // Where the next `octets` are to be written. Precondition: has_room().
  std::uint8_t* add(std::size_t octets);
  // done: nothing is left here; else wants_write or failed. `more` is added right after it.
  Transport::Status send(bool more);

 private:
  int fd_;
  std::unique_ptr<std::uint8_t[]> room_;  // there while octets wait in it
  std::size_t front_ = 0;
  std::size_t back_ = 0;
};

}  // namespace fullcone
