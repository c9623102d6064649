#include "bench/load/batch_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <system_error>
#include <utility>

namespace fullcone::load {
namespace {

// Of a merged message: below what UDP carries, headers included.
constexpr std::size_t kMostOctets = 65000;

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

iovec vector_of(const Bytes& octets) {
  return {const_cast<std::uint8_t*>(octets.data()), octets.size()};
}

}  // namespace

BatchSocket::BatchSocket(const IpAddress& ip, bool merging)
    : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)), merging_(merging) {
  if (fd_ < 0) fail("socket");
  const int buffer = 4 << 20;
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer);
  const int on = merging ? 1 : 0;
  ::setsockopt(fd_, SOL_UDP, UDP_GRO, &on, sizeof on);
  const sockaddr_in name = name_of({ip, 0});
  if (::bind(fd_, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) fail("bind");
}

BatchSocket::~BatchSocket() {
  if (fd_ >= 0) ::close(fd_);
}

BatchSocket::BatchSocket(BatchSocket&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), merging_(other.merging_) {}

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

const std::vector<ByteView>& BatchSocket::receive(ReceiveRoom& room,
                                                  std::chrono::nanoseconds timeout) {
  pollfd wanted{fd_, POLLIN, 0};
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(timeout);
  const timespec most{seconds.count(), (timeout - seconds).count()};
  ::ppoll(&wanted, 1, &most, nullptr);
  return room.receive(fd_);
}

void BatchSocket::send(std::span<const Bytes> datagrams) {
  if (!merging_ || datagrams.size() == 1) return send(datagrams, {});
  const std::size_t most = std::max<std::size_t>(kMostOctets / datagrams.front().size(), 1);
  for (; !datagrams.empty(); datagrams = datagrams.subspan(std::min(most, datagrams.size()))) {
    send_merged(datagrams.first(std::min(most, datagrams.size())));
  }
}

void BatchSocket::send_merged(std::span<const Bytes> datagrams) {
  const auto segment = static_cast<std::uint16_t>(datagrams.front().size());
  alignas(cmsghdr) std::array<std::byte, CMSG_SPACE(sizeof segment)> control{};
  std::array<iovec, kBatch> vectors;
  std::ranges::transform(datagrams, vectors.begin(), vector_of);
  msghdr message{};
  message.msg_iov = vectors.data();
  message.msg_iovlen = datagrams.size();
  message.msg_control = control.data();
  message.msg_controllen = sizeof control;
  cmsghdr* const option = CMSG_FIRSTHDR(&message);
  option->cmsg_level = SOL_UDP;
  option->cmsg_type = UDP_SEGMENT;
  option->cmsg_len = CMSG_LEN(sizeof segment);
  std::memcpy(CMSG_DATA(option), &segment, sizeof segment);
  ::sendmsg(fd_, &message, 0);
}

void BatchSocket::send(std::span<const Bytes> datagrams, std::span<const Endpoint> destinations) {
  std::array<mmsghdr, kBatch> headers{};
  std::array<iovec, kBatch> vectors;
  std::array<sockaddr_in, kBatch> names;
  for (std::size_t i = 0; i < datagrams.size(); ++i) {
    vectors[i] = vector_of(datagrams[i]);
    headers[i].msg_hdr.msg_iov = &vectors[i];
    headers[i].msg_hdr.msg_iovlen = 1;
    if (destinations.empty()) continue;
    names[i] = name_of(destinations[i]);
    headers[i].msg_hdr.msg_name = &names[i];
    headers[i].msg_hdr.msg_namelen = sizeof names[i];
  }
  std::size_t sent = 0;
  while (sent < datagrams.size()) {
    const auto left = static_cast<unsigned>(datagrams.size() - sent);
    const int done = ::sendmmsg(fd_, &headers[sent], left, 0);
    if (done < 0) return;
    sent += static_cast<std::size_t>(done);
  }
}

}  // namespace fullcone::load
