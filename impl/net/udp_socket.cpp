#include "net/udp_socket.hpp"

#include <netinet/in.h>

#include <boost/asio/post.hpp>
#include <cerrno>
#include <utility>

#include "net/socket_address.hpp"
#include "net/unique_fd.hpp"

namespace fullcone {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr int kBuffer = 4 * 1024 * 1024;

void set(int fd, int level, int option, int value) {
  ::setsockopt(fd, level, option, &value, sizeof value);
}

// The forced form needs a privilege; without it the system grants what its limit allows.
void set_buffers(int fd) {
  const int size = kBuffer;
  if (::setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0) {
    set(fd, SOL_SOCKET, SO_RCVBUF, size);
  }
  if (::setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size) != 0) {
    set(fd, SOL_SOCKET, SO_SNDBUF, size);
  }
}

// A datagram larger than the path takes is fragmented, not refused: its size is its sender's
// choice, and no ICMP message of the path reaches that sender.
void allow_fragments(int fd, Family family) {
  if (family == Family::ipv4) {
    set(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
  } else {
    set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    set(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IPV6_PMTUDISC_DONT);
  }
}

}  // namespace

std::shared_ptr<UdpSocket> UdpSocket::open(asio::io_context& context, DatagramBatch& batch,
                                           const Endpoint& address, OnDatagrams on_datagrams) {
  auto socket = std::make_shared<UdpSocket>(context, batch, std::move(on_datagrams));
  if (!socket->bind(address)) return nullptr;
  socket->await_readable();
  return socket;
}

UdpSocket::UdpSocket(asio::io_context& context, DatagramBatch& batch, OnDatagrams on_datagrams)
    : socket_(context), batch_(batch), on_datagrams_(std::move(on_datagrams)) {}

bool UdpSocket::bind(const Endpoint& address) {
  UniqueFd fd(
      ::socket(address_family(address.family()), SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return false;
  set_buffers(fd.get());
  allow_fragments(fd.get(), address.family());
  DatagramBatch::allow_merging(fd.get());
  const SocketAddress name(address);
  if (::bind(fd.get(), name.data(), name.size()) != 0) return false;
  error_code unwatchable;
  socket_.assign(fd.get(), unwatchable);
  if (unwatchable) return false;
  fd_ = fd.release();
  return true;
}

void UdpSocket::close() {
  closed_ = true;
  error_code ignored;
  socket_.close(ignored);
}

void UdpSocket::await_readable() {
  socket_.async_wait(asio::posix::descriptor_base::wait_read,
                     [self = shared_from_this()](error_code) {
                       if (!self->closed_) self->read();
                     });
}

// One batch; the other sockets have their turn before the next.
void UdpSocket::read() {
  const bool received = batch_.receive(fd_);
  const bool more = batch_.full() || !received;
  for (std::size_t told = 0; told < batch_.size() && !closed_;) {
    const auto part = batch_.part(told);
    told += part.size();
    on_datagrams_(part);
  }
  if (closed_) return;
  more ? read_later() : await_readable();
}

void UdpSocket::read_later() {
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    if (!self->closed_) self->read();
  });
}

}  // namespace fullcone
