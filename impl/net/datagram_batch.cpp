#include "net/datagram_batch.hpp"

#include <netinet/in.h>
#include <netinet/udp.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace fullcone {
namespace {

// The size of the datagrams that a message was made of; its own when it is one.
std::size_t segment_of(msghdr& message, std::size_t size) {
  const cmsghdr* const option = CMSG_FIRSTHDR(&message);
  if (option == nullptr || option->cmsg_level != SOL_UDP || option->cmsg_type != UDP_GRO) {
    return size;
  }
  int segment = 0;
  std::memcpy(&segment, CMSG_DATA(option), sizeof segment);
  return segment > 0 ? static_cast<std::size_t>(segment) : size;
}

}  // namespace

DatagramBatch::DatagramBatch()
    : slots_(std::make_unique_for_overwrite<std::uint8_t[]>(kMessages * kSlot)) {
  for (std::size_t i = 0; i < kMessages; ++i) {
    vectors_[i] = {slot(i), kRoom};
    messages_[i].msg_hdr.msg_name = sources_[i].data();
    messages_[i].msg_hdr.msg_iov = &vectors_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
    messages_[i].msg_hdr.msg_control = &controls_[i];
  }
}

void DatagramBatch::allow_merging(int fd) {
  const int on = 1;
  ::setsockopt(fd, SOL_UDP, UDP_GRO, &on, sizeof on);
}

bool DatagramBatch::receive(int fd) {
  for (auto& message : messages_) {
    message.msg_hdr.msg_namelen = SocketAddress::capacity();
    message.msg_hdr.msg_controllen = sizeof(Control);
  }
  const int count = ::recvmmsg(fd, messages_.data(), kMessages, MSG_DONTWAIT, nullptr);
  messages_read_ = count > 0 ? static_cast<std::size_t>(count) : 0;
  datagrams_.clear();
  for (std::size_t i = 0; i < messages_read_; ++i) cut(i);
  return count >= 0 || errno == EAGAIN;
}

DatagramBatch::Part DatagramBatch::part(std::size_t first) const {
  Part part(*this, first);
  for (std::size_t octets = 0; first < size() && octets < kPart; ++first) {
    octets += payload(first).size();
    ++part.count_;
  }
  return part;
}

void DatagramBatch::cut(std::size_t message) {
  ByteView rest{slot(message), static_cast<std::size_t>(messages_[message].msg_len)};
  const std::size_t segment = segment_of(messages_[message].msg_hdr, rest.size());
  do {
    const ByteView payload = rest.first(std::min(segment, rest.size()));
    datagrams_.push_back({message, payload});
    rest = rest.subspan(payload.size());
  } while (!rest.empty());
}

}  // namespace fullcone
