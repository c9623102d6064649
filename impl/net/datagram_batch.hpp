// Room for the datagrams of one read: recvmmsg() fills it, a shard's sockets take turns with it.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "net/socket_address.hpp"

namespace fullcone {

class DatagramBatch {
 public:
  static constexpr std::size_t kDatagrams = 32;

  DatagramBatch();
  DatagramBatch(const DatagramBatch&) = delete;
  DatagramBatch& operator=(const DatagramBatch&) = delete;

  // Reads what waits on the non-blocking `fd`, kDatagrams at most. False: the system reported an
  // error in place of datagrams, and there may be some behind it.
  bool receive(int fd);

  std::size_t size() const { return size_; }
  bool full() const { return size_ == kDatagrams; }
  // Valid until the next receive(). Precondition: index < size().
  Endpoint source(std::size_t index) const { return sources_[index].endpoint(); }
  ByteView payload(std::size_t index) const {
    return {slot(index), static_cast<std::size_t>(messages_[index].msg_len)};
  }

 private:
  static constexpr std::size_t kSlot = 65536;  // nothing that UDP carries is cut

  std::uint8_t* slot(std::size_t index) const { return slots_.get() + index * kSlot; }

  std::unique_ptr<std::uint8_t[]> slots_;
  std::array<SocketAddress, kDatagrams> sources_;
  std::array<iovec, kDatagrams> vectors_{};
  std::array<mmsghdr, kDatagrams> messages_{};
  std::size_t size_ = 0;
};

}  // namespace fullcone
