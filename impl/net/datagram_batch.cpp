#include "net/datagram_batch.hpp"

#include <cerrno>

namespace fullcone {

DatagramBatch::DatagramBatch()
    : slots_(std::make_unique_for_overwrite<std::uint8_t[]>(kDatagrams * kSlot)) {
  for (std::size_t i = 0; i < kDatagrams; ++i) {
    vectors_[i] = {slot(i), kSlot};
    messages_[i].msg_hdr.msg_name = sources_[i].data();
    messages_[i].msg_hdr.msg_iov = &vectors_[i];
    messages_[i].msg_hdr.msg_iovlen = 1;
  }
}

bool DatagramBatch::receive(int fd) {
  for (auto& message : messages_) message.msg_hdr.msg_namelen = SocketAddress::capacity();
  const int count = ::recvmmsg(fd, messages_.data(), kDatagrams, MSG_DONTWAIT, nullptr);
  size_ = count > 0 ? static_cast<std::size_t>(count) : 0;
  return count >= 0 || errno == EAGAIN;
}

}  // namespace fullcone
