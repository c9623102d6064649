// Blocking sockets for the far ends of a test. Each call gives up after kPatience by throwing.
#pragma once

#include <sys/socket.h>
#include <sys/time.h>

#include <cerrno>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "net/socket_address.hpp"
#include "net/tcp_socket.hpp"
#include "net/testing/patience.hpp"
#include "net/unique_fd.hpp"

namespace fullcone::testing {

[[noreturn]] inline void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// Both ends of a stream, neither of which waits.
inline std::pair<UniqueFd, UniqueFd> socket_pair() {
  int ends[2] = {};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0) fail("socketpair");
  return {UniqueFd(ends[0]), UniqueFd(ends[1])};
}

inline UniqueFd open_socket(int type, Family family = Family::ipv4) {
  UniqueFd fd(::socket(address_family(family), type | SOCK_CLOEXEC, 0));
  const timeval time{kPatience.count(), 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
  return fd;
}

inline Endpoint loopback(std::uint16_t port = 0) { return {IpAddress::v4(127, 0, 0, 1), port}; }

inline void bind_to(const UniqueFd& fd, const Endpoint& endpoint) {
  const SocketAddress address(endpoint);
  if (::bind(fd.get(), address.data(), address.size()) != 0) fail("bind");
}

class TcpConnection {
 public:
  explicit TcpConnection(UniqueFd fd) : fd_(std::move(fd)) {}
  explicit TcpConnection(const Endpoint& to) : fd_(open_socket(SOCK_STREAM)) {
    const SocketAddress address(to);
    if (::connect(fd_.get(), address.data(), address.size()) != 0) fail("connect");
  }

  int fd() const { return fd_.get(); }

  void send(ByteView octets) const {
    while (!octets.empty()) {
      const ssize_t count = ::send(fd_.get(), octets.data(), octets.size(), MSG_NOSIGNAL);
      if (count < 0) fail("send");
      octets = octets.subspan(static_cast<std::size_t>(count));
    }
  }
  void end() const { ::shutdown(fd_.get(), SHUT_WR); }
  void reset() {
    set_reset_on_close(fd_.get());
    fd_ = {};
  }

  // Up to `most` octets; empty: the end of the stream.
  Bytes receive(std::size_t most = 65536) const {
    Bytes octets(most);
    const ssize_t count = ::recv(fd_.get(), octets.data(), octets.size(), 0);
    if (count < 0) fail("receive");
    octets.resize(static_cast<std::size_t>(count));
    return octets;
  }
  Bytes receive_exactly(std::size_t wanted) const {
    Bytes octets;
    while (octets.size() < wanted) {
      const Bytes more = receive(wanted - octets.size());
      if (more.empty()) throw std::runtime_error("the stream ended early");
      append(octets, more);
    }
    return octets;
  }
  Bytes receive_to_end() const {
    Bytes octets;
    for (Bytes more = receive(); !more.empty(); more = receive()) append(octets, more);
    return octets;
  }
  // The far end cut the connection, now or after more octets.
  bool is_reset() const { return receive_to_reset().has_value(); }
  // What came before the far end cut the connection; nullopt: it ended it.
  std::optional<Bytes> receive_to_reset() const {
    Bytes octets;
    try {
      for (Bytes more = receive(); !more.empty(); more = receive()) append(octets, more);
      return std::nullopt;
    } catch (const std::system_error& error) {
      if (error.code().value() != ECONNRESET) throw;
      return octets;
    }
  }

 private:
  UniqueFd fd_;
};

class TcpListener {
 public:
  TcpListener() : fd_(open_socket(SOCK_STREAM)) {
    bind_to(fd_, loopback());
    if (::listen(fd_.get(), 16) != 0) fail("listen");
  }

  Endpoint endpoint() const { return local_endpoint(fd_.get()); }
  TcpConnection accept() const {
    UniqueFd fd(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!fd) fail("accept");
    const timeval time{kPatience.count(), 0};
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
    ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
    return TcpConnection(std::move(fd));
  }

 private:
  UniqueFd fd_;
};

struct Datagram {
  Endpoint source;
  Bytes payload;
};

class UdpPeer {
 public:
  explicit UdpPeer(const Endpoint& at = loopback()) : fd_(open_socket(SOCK_DGRAM, at.family())) {
    bind_to(fd_, at);
  }

  Endpoint endpoint() const { return local_endpoint(fd_.get()); }
  void send_to(const Endpoint& to, ByteView payload) const {
    const SocketAddress address(to);
    if (::sendto(fd_.get(), payload.data(), payload.size(), 0, address.data(), address.size()) <
        0) {
      fail("sendto");
    }
  }
  Datagram receive() const {
    Datagram datagram{{}, Bytes(65536)};
    SocketAddress source;
    socklen_t size = SocketAddress::capacity();
    const ssize_t count = ::recvfrom(fd_.get(), datagram.payload.data(), datagram.payload.size(), 0,
                                     source.data(), &size);
    if (count < 0) fail("recvfrom");
    datagram.payload.resize(static_cast<std::size_t>(count));
    datagram.source = source.endpoint();
    return datagram;
  }
  // Nothing is waiting at this moment.
  bool is_silent() const {
    std::uint8_t octet = 0;
    return ::recv(fd_.get(), &octet, 1, MSG_DONTWAIT | MSG_PEEK) < 0;
  }

 private:
  UniqueFd fd_;
};

}  // namespace fullcone::testing
