// Room for the datagrams of one read: recvmmsg() fills it, a shard's sockets take turns with it. A
// message that the system made of several equal-sized datagrams (UDP GRO) is cut into them again.
// What was read is told of in parts.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "net/socket_address.hpp"

namespace fullcone {

class DatagramBatch {
 public:
  static constexpr std::size_t kMessages = 32;
  // Octets that a part has at least, unless it is the last.
  static constexpr std::size_t kPart = 32768;

  // Some of a batch's datagrams, one at least, for one fact: queues bounded in octets are written
  // between parts, so that a burst does not overrun them. Valid until the batch's next receive().
  class Part {
   public:
    std::size_t size() const { return count_; }
    // Precondition: index < size().
    Endpoint source(std::size_t index) const { return batch_->source(first_ + index); }
    ByteView payload(std::size_t index) const { return batch_->payload(first_ + index); }

   private:
    friend class DatagramBatch;
    Part(const DatagramBatch& batch, std::size_t first) : batch_(&batch), first_(first) {}

    const DatagramBatch* batch_;
    std::size_t first_;
    std::size_t count_ = 0;
  };

  DatagramBatch();
  DatagramBatch(const DatagramBatch&) = delete;
  DatagramBatch& operator=(const DatagramBatch&) = delete;

  // Lets the system merge what arrives on `fd` for receive(); where it cannot, nothing changes.
  static void allow_merging(int fd);

  // Reads what waits on the non-blocking `fd`, kMessages at most. False: the system reported an
  // error in place of datagrams, and there may be some behind it.
  bool receive(int fd);

  // Of datagrams.
  std::size_t size() const { return datagrams_.size(); }
  bool full() const { return messages_read_ == kMessages; }
  // Precondition: first < size(). The next one begins `first` + its size further on.
  Part part(std::size_t first) const;
  // Valid until the next receive(). Precondition: index < size().
  Endpoint source(std::size_t index) const {
    return sources_[datagrams_[index].message].endpoint();
  }
  ByteView payload(std::size_t index) const { return datagrams_[index].payload; }

 private:
  struct Datagram {
    std::size_t message;
    ByteView payload;
  };
  struct alignas(cmsghdr) Control {
    std::array<std::byte, CMSG_SPACE(sizeof(int))> octets;
  };
  // Nothing that UDP carries is cut. The odd lines keep the slots' beginnings out of one set of the
  // processor's caches.
  static constexpr std::size_t kRoom = 65536;
  static constexpr std::size_t kSlot = kRoom + std::size_t{33} * 64;

  std::uint8_t* slot(std::size_t index) const { return slots_.get() + index * kSlot; }
  void cut(std::size_t message);

  std::unique_ptr<std::uint8_t[]> slots_;
  std::array<SocketAddress, kMessages> sources_;
  std::array<Control, kMessages> controls_{};
  std::array<iovec, kMessages> vectors_{};
  std::array<mmsghdr, kMessages> messages_{};
  std::size_t messages_read_ = 0;
  std::vector<Datagram> datagrams_;
};

}  // namespace fullcone
