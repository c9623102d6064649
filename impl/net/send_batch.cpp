#include "net/send_batch.hpp"

#include <netinet/in.h>
#include <netinet/udp.h>

#include <cassert>
#include <cerrno>
#include <cstring>

namespace fullcone {
namespace {

constexpr int kFlags = MSG_DONTWAIT | MSG_NOSIGNAL;
// Bounds of one message: the segments that Linux has always cut (UDP_MAX_SEGMENTS), and octets that
// leave room for every header below 64 KiB.
constexpr std::size_t kMostSegments = 64;
constexpr std::size_t kMostOctets = 65000;

iovec vector_of(ByteView octets) {
  return {const_cast<std::uint8_t*>(octets.data()), octets.size()};
}

// What the route has no room for may pass in smaller segments; what it cannot do at all will not.
std::size_t lowered(std::size_t refused, int error) {
  return error == EINVAL || error == EMSGSIZE ? refused - 1 : 0;
}

bool passing(int error) { return error == EAGAIN || error == ENOBUFS || error == ENOMEM; }

}  // namespace

SendBatch::SendBatch() : room_(std::make_unique<Room>()) {}

void SendBatch::add(const Endpoint& destination, ByteView head, ByteView payload) {
  assert(!full());
  room_->destinations[size_] = destination;
  room_->sizes[size_] = head.size() + payload.size();
  room_->pieces[2 * size_] = vector_of(head);
  room_->pieces[2 * size_ + 1] = vector_of(payload);
  ++size_;
}

std::size_t SendBatch::send(int fd, std::size_t& largest_segment) {
  const std::size_t messages = compose(largest_segment);
  std::size_t failed = 0;
  std::size_t next = 0;
  while (next < messages) {
    const auto left = static_cast<unsigned>(messages - next);
    const int sent = ::sendmmsg(fd, &room_->headers[next], left, kFlags);
    if (sent > 0) {
      next += static_cast<std::size_t>(sent);
      continue;
    }
    const Message& refused = room_->messages[next];
    if (refused.count == 1) {
      ++failed;
    } else {
      if (!passing(errno)) largest_segment = lowered(room_->sizes[refused.first], errno);
      failed += send_singly(fd, next);
    }
    ++next;
  }
  size_ = 0;
  return failed;
}

// The number of messages.
std::size_t SendBatch::compose(std::size_t largest_segment) {
  std::size_t messages = 0;
  for (std::size_t first = 0; first < size_; ++messages) {
    const std::size_t count = run_length(first, largest_segment);
    room_->messages[messages] = {first, count};
    describe(messages);
    first += count;
  }
  return messages;
}

// Every segment of a message but the last has one size, and the last is no larger; none is empty.
std::size_t SendBatch::run_length(std::size_t first, std::size_t largest_segment) const {
  const std::size_t segment = room_->sizes[first];
  if (segment == 0 || segment > largest_segment) return 1;
  std::size_t octets = segment;
  std::size_t next = first + 1;
  while (next < size_ && next - first < kMostSegments) {
    const std::size_t size = room_->sizes[next];
    octets += size;
    if (size == 0 || size > segment || octets > kMostOctets) break;
    if (room_->destinations[next] != room_->destinations[first]) break;
    ++next;
    if (size < segment) break;
  }
  return next - first;
}

void SendBatch::describe(std::size_t message) {
  const Message& described = room_->messages[message];
  SocketAddress& address = room_->addresses[message];
  address = SocketAddress(room_->destinations[described.first]);
  msghdr& header = room_->headers[message].msg_hdr;
  header = {};
  header.msg_name = address.data();
  header.msg_namelen = address.size();
  header.msg_iov = &room_->pieces[2 * described.first];
  header.msg_iovlen = 2 * described.count;
  if (described.count > 1) cut_into_segments(message);
}

void SendBatch::cut_into_segments(std::size_t message) {
  msghdr& header = room_->headers[message].msg_hdr;
  Control& control = room_->controls[message];
  control = {};
  header.msg_control = &control;
  header.msg_controllen = sizeof control;
  cmsghdr* const option = CMSG_FIRSTHDR(&header);
  option->cmsg_level = SOL_UDP;
  option->cmsg_type = UDP_SEGMENT;
  option->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
  const auto segment = static_cast<std::uint16_t>(room_->sizes[room_->messages[message].first]);
  std::memcpy(CMSG_DATA(option), &segment, sizeof segment);
}

// Returns how many of them failed.
std::size_t SendBatch::send_singly(int fd, std::size_t message) {
  std::size_t failed = 0;
  msghdr header = room_->headers[message].msg_hdr;
  header.msg_control = nullptr;
  header.msg_controllen = 0;
  header.msg_iovlen = 2;
  const Message& refused = room_->messages[message];
  for (std::size_t i = refused.first; i < refused.first + refused.count; ++i) {
    header.msg_iov = &room_->pieces[2 * i];
    if (::sendmsg(fd, &header, kFlags) < 0) ++failed;
  }
  return failed;
}

}  // namespace fullcone
