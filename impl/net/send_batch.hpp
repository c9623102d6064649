// Datagrams that wait to be sent from one socket while orders are carried out. They leave in few
// calls: runs of equal-sized ones to one destination as one message that the system cuts again
// (UDP GSO), all messages by sendmmsg(). Payloads are never merged, split or padded, and keep their
// order (UDP-8); a message that the system refuses is sent again, datagram by datagram.
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

class SendBatch {
 public:
  static constexpr std::size_t kDatagrams = 256;
  // What a socket starts with as its largest segment: no bound but UDP's own.
  static constexpr std::size_t kAnySegment = 65535;

  SendBatch();
  SendBatch(const SendBatch&) = delete;
  SendBatch& operator=(const SendBatch&) = delete;

  bool empty() const { return size_ == 0; }
  bool full() const { return size_ == kDatagrams; }
  // Head then payload make one datagram; both stay valid until send(). Precondition: not full().
  void add(const Endpoint& destination, ByteView head, ByteView payload);

  // Empties the batch into the non-blocking `fd`; returns how many datagrams the system did not
  // take. `largest_segment`, in octets, is the socket's: lowered where the system refuses to cut.
  std::size_t send(int fd, std::size_t& largest_segment);

 private:
  struct Message {
    std::size_t first = 0;  // of its datagrams
    std::size_t count = 0;
  };
  struct alignas(cmsghdr) Control {
    std::array<std::byte, CMSG_SPACE(sizeof(std::uint16_t))> octets;
  };
  // Some 30 KiB, which would be too much for a stack or a small object.
  struct Room {
    std::array<Endpoint, kDatagrams> destinations;
    std::array<std::size_t, kDatagrams> sizes;
    std::array<iovec, 2 * kDatagrams> pieces;  // two for each datagram
    std::array<Message, kDatagrams> messages;
    std::array<mmsghdr, kDatagrams> headers;
    std::array<SocketAddress, kDatagrams> addresses;
    std::array<Control, kDatagrams> controls;
  };

  std::size_t compose(std::size_t largest_segment);
  std::size_t run_length(std::size_t first, std::size_t largest_segment) const;
  void describe(std::size_t message);
  void cut_into_segments(std::size_t message);
  std::size_t send_singly(int fd, std::size_t message);

  std::unique_ptr<Room> room_;
  std::size_t size_ = 0;
};

}  // namespace fullcone
