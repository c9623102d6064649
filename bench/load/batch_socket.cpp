#include "bench/load/batch_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace fullcone::load {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

sockaddr_in name_of(const Endpoint& endpoint) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(endpoint.port);
  std::memcpy(&name.sin_addr, endpoint.ip.octets().data(), 4);
  return name;
}

}  // namespace

BatchSocket::BatchSocket(const IpAddress& ip)
    : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)), buffers_(kBatch, Bytes(kLargest)) {
  if (fd_ < 0) fail("socket");
  const int buffer = 4 << 20;
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer);
  const sockaddr_in name = name_of({ip, 0});
  if (::bind(fd_, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) fail("bind");
}

BatchSocket::~BatchSocket() { ::close(fd_); }

Endpoint BatchSocket::local() const {
  sockaddr_in name{};
  socklen_t size = sizeof name;
  if (::getsockname(fd_, reinterpret_cast<sockaddr*>(&name), &size) != 0) fail("getsockname");
  const auto* const octets = reinterpret_cast<const std::uint8_t*>(&name.sin_addr);
  return {*IpAddress::from_octets({octets, 4}), ntohs(name.sin_port)};
}

void BatchSocket::connect(const Endpoint& remote) {
  const sockaddr_in name = name_of(remote);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) fail("connect");
}

std::vector<BatchSocket::Received>& BatchSocket::receive(std::chrono::nanoseconds timeout) {
  received_.clear();
  pollfd wanted{fd_, POLLIN, 0};
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(timeout);
  const timespec most{seconds.count(), (timeout - seconds).count()};
  if (::ppoll(&wanted, 1, &most, nullptr) <= 0) return received_;
  for (std::size_t i = 0; i < kBatch; ++i) {
    vectors_[i] = {buffers_[i].data(), kLargest};
    headers_[i] = {};
    headers_[i].msg_hdr.msg_iov = &vectors_[i];
    headers_[i].msg_hdr.msg_iovlen = 1;
    headers_[i].msg_hdr.msg_name = &names_[i];
    headers_[i].msg_hdr.msg_namelen = sizeof names_[i];
  }
  const int count = ::recvmmsg(fd_, headers_.data(), kBatch, MSG_DONTWAIT, nullptr);
  for (std::size_t i = 0; count > 0 && i < static_cast<std::size_t>(count); ++i) {
    received_.push_back({ByteView(buffers_[i]).first(headers_[i].msg_len), i});
  }
  return received_;
}

void BatchSocket::echo() {
  for (const auto& datagram : received_) {
    vectors_[datagram.slot].iov_len = datagram.payload.size();
  }
  std::size_t sent = 0;
  while (sent < received_.size()) {
    const int count =
        ::sendmmsg(fd_, headers_.data() + sent, static_cast<unsigned>(received_.size() - sent), 0);
    if (count < 0) return;
    sent += static_cast<std::size_t>(count);
  }
}

void BatchSocket::send(const std::vector<Bytes>& datagrams, std::size_t count) {
  std::array<mmsghdr, kBatch> headers{};
  std::array<iovec, kBatch> vectors{};
  for (std::size_t i = 0; i < count; ++i) {
    vectors[i] = {const_cast<std::uint8_t*>(datagrams[i].data()), datagrams[i].size()};
    headers[i].msg_hdr.msg_iov = &vectors[i];
    headers[i].msg_hdr.msg_iovlen = 1;
  }
  std::size_t sent = 0;
  while (sent < count) {
    const int done = ::sendmmsg(fd_, headers.data() + sent, static_cast<unsigned>(count - sent), 0);
    if (done < 0) return;
    sent += static_cast<std::size_t>(done);
  }
}

}  // namespace fullcone::load
