#include "bench/load/receive_room.hpp"

#include <netinet/in.h>
#include <netinet/udp.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace fullcone::load {
namespace {

// The size of the datagrams that a message was merged of; 0: it is one.
std::uint16_t segment_of(msghdr& message) {
  const cmsghdr* const option = CMSG_FIRSTHDR(&message);
  if (option == nullptr || option->cmsg_level != SOL_UDP || option->cmsg_type != UDP_GRO) return 0;
  int segment = 0;
  std::memcpy(&segment, CMSG_DATA(option), sizeof segment);
  return static_cast<std::uint16_t>(segment);
}

}  // namespace

ReceiveRoom::ReceiveRoom()
    : octets_(std::make_unique_for_overwrite<std::uint8_t[]>(kMessages * kLargest)) {
  for (std::size_t i = 0; i < kMessages; ++i) {
    headers_[i].msg_hdr.msg_name = &names_[i];
    headers_[i].msg_hdr.msg_iov = &vectors_[i];
    headers_[i].msg_hdr.msg_iovlen = 1;
    headers_[i].msg_hdr.msg_control = &controls_[i];
  }
}

const std::vector<ByteView>& ReceiveRoom::receive(int fd) {
  for (std::size_t i = 0; i < kMessages; ++i) {
    vectors_[i] = {octets_.get() + i * kLargest, kLargest};
    headers_[i].msg_hdr.msg_namelen = sizeof names_[i];
    headers_[i].msg_hdr.msg_controllen = sizeof controls_[i];
  }
  const int count = ::recvmmsg(fd, headers_.data(), kMessages, MSG_DONTWAIT, nullptr);
  messages_ = count > 0 ? static_cast<std::size_t>(count) : 0;
  datagrams_.clear();
  for (std::size_t i = 0; i < messages_; ++i) cut(i);
  return datagrams_;
}

// The sizes stay in the vectors, for echo().
void ReceiveRoom::cut(std::size_t message) {
  const std::size_t size = headers_[message].msg_len;
  vectors_[message].iov_len = size;
  const std::uint16_t merged = segment_of(headers_[message].msg_hdr);
  ByteView rest(static_cast<const std::uint8_t*>(vectors_[message].iov_base), size);
  do {
    datagrams_.push_back(
        rest.first(merged == 0 ? size : std::min<std::size_t>(merged, rest.size())));
    rest = rest.subspan(datagrams_.back().size());
  } while (!rest.empty());
}

void ReceiveRoom::echo(int fd) {
  for (std::size_t i = 0; i < messages_; ++i) {
    msghdr& message = headers_[i].msg_hdr;
    const std::uint16_t segment = segment_of(message);
    message.msg_controllen = 0;
    if (segment == 0 || segment >= vectors_[i].iov_len) continue;
    message.msg_controllen = CMSG_SPACE(sizeof segment);
    cmsghdr* const option = CMSG_FIRSTHDR(&message);
    option->cmsg_level = SOL_UDP;
    option->cmsg_type = UDP_SEGMENT;
    option->cmsg_len = CMSG_LEN(sizeof segment);
    std::memcpy(CMSG_DATA(option), &segment, sizeof segment);
  }
  std::size_t sent = 0;
  while (sent < messages_) {
    const int count =
        ::sendmmsg(fd, &headers_[sent], static_cast<unsigned>(messages_ - sent), MSG_NOSIGNAL);
    if (count < 0) return;
    sent += static_cast<std::size_t>(count);
  }
}

}  // namespace fullcone::load
