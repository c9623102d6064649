#include "conformance/live/sockets.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace fullcone::conformance {
namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_storage);
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

Address address_of(const Endpoint& endpoint) {
  Address address;
  if (endpoint.ip.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    std::memcpy(&v4.sin_addr, endpoint.ip.octets().data(), 4);
    std::memcpy(&address.storage, &v4, sizeof v4);
    address.size = sizeof v4;
  } else {
    sockaddr_in6 v6{};
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(endpoint.port);
    std::memcpy(&v6.sin6_addr, endpoint.ip.octets().data(), 16);
    std::memcpy(&address.storage, &v6, sizeof v6);
    address.size = sizeof v6;
  }
  return address;
}

Endpoint endpoint_of(const Address& address) {
  if (address.storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address.storage, sizeof v4);
    const auto* const octets = reinterpret_cast<const std::uint8_t*>(&v4.sin_addr);
    return {IpAddress::v4(octets[0], octets[1], octets[2], octets[3]), ntohs(v4.sin_port)};
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address.storage, sizeof v6);
  std::array<std::uint8_t, 16> octets{};
  std::memcpy(octets.data(), &v6.sin6_addr, octets.size());
  return {IpAddress::v6(octets), ntohs(v6.sin6_port)};
}

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

UniqueFd open_socket(Family family, int type) {
  const int domain = family == Family::ipv4 ? AF_INET : AF_INET6;
  UniqueFd fd(::socket(domain, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd && errno != EAFNOSUPPORT) fail("socket");
  const int one = 1;
  if (fd && domain == AF_INET6) setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
  return fd;
}

UniqueFd open_bound(const Endpoint& local, int type) {
  UniqueFd fd = open_socket(local.family(), type);
  Address address = address_of(local);
  if (!fd || ::bind(fd.get(), address.get(), address.size) == 0) return fd;
  if (errno == EADDRNOTAVAIL || errno == EADDRINUSE) return {};
  fail("bind");
}

void send_without_delay(const UniqueFd& fd) {
  const int one = 1;
  setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

}  // namespace

UniqueFd open_udp(const Endpoint& local) {
  UniqueFd fd = open_bound(local, SOCK_DGRAM);
  const int large = 4 * 1024 * 1024;
  if (fd) setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUF, &large, sizeof large);
  return fd;
}

UniqueFd bind_tcp(const Endpoint& local) { return open_bound(local, SOCK_STREAM); }

UniqueFd listen_tcp(const Endpoint& local) {
  UniqueFd fd = open_bound(local, SOCK_STREAM);
  if (fd && ::listen(fd.get(), 128) != 0) fail("listen");
  return fd;
}

UniqueFd dial_tcp(const Endpoint& remote) {
  UniqueFd fd = open_socket(remote.family(), SOCK_STREAM);
  if (!fd) return fd;
  send_without_delay(fd);
  Address address = address_of(remote);
  if (::connect(fd.get(), address.get(), address.size) != 0 && errno != EINPROGRESS) return {};
  return fd;
}

UniqueFd accept_tcp(const UniqueFd& listener) {
  UniqueFd fd(::accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (fd) send_without_delay(fd);
  return fd;
}

Endpoint local_endpoint(const UniqueFd& fd) {
  Address address;
  if (::getsockname(fd.get(), address.get(), &address.size) != 0) fail("getsockname");
  return endpoint_of(address);
}

std::optional<IpAddress> ip_address_of(const sockaddr& address) {
  Address copy;
  if (address.sa_family == AF_INET) {
    std::memcpy(&copy.storage, &address, sizeof(sockaddr_in));
  } else if (address.sa_family == AF_INET6) {
    std::memcpy(&copy.storage, &address, sizeof(sockaddr_in6));
  } else {
    return std::nullopt;
  }
  return endpoint_of(copy).ip;
}

std::optional<Endpoint> remote_endpoint(const UniqueFd& fd) {
  Address address;
  if (::getpeername(fd.get(), address.get(), &address.size) != 0) return std::nullopt;
  return endpoint_of(address);
}

int pending_error(const UniqueFd& fd) {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

void reset_on_close(const UniqueFd& fd) {
  const linger none{1, 0};
  setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

// What the system refuses to send is lost, as UDP may.
void send_datagram(const UniqueFd& fd, const Endpoint& to, ByteView payload) {
  Address address = address_of(to);
  for (int tries = 0; tries < 2; ++tries) {  // an ICMP error of an earlier datagram comes first
    if (::sendto(fd.get(), payload.data(), payload.size(), 0, address.get(), address.size) >= 0) {
      return;
    }
  }
}

std::optional<ReceivedDatagram> receive_datagram(const UniqueFd& fd) {
  static thread_local std::array<std::uint8_t, 65536> buffer;
  Address address;
  const auto count =
      ::recvfrom(fd.get(), buffer.data(), buffer.size(), 0, address.get(), &address.size);
  if (count < 0) return std::nullopt;
  return ReceivedDatagram{endpoint_of(address),
                          to_bytes(ByteView(buffer).first(static_cast<std::size_t>(count)))};
}

bool udp_port_is_held(const Endpoint& port) {
  const IpAddress any = port.ip.is_v4() ? IpAddress() : IpAddress::v6({});
  UniqueFd fd = open_socket(port.family(), SOCK_DGRAM);
  Address address = address_of({any, port.port});
  return fd && ::bind(fd.get(), address.get(), address.size) != 0 && errno == EADDRINUSE;
}

bool answers(const Endpoint& remote, Duration limit) {
  const UniqueFd fd = dial_tcp(remote);
  if (!fd) return false;
  pollfd waiting{fd.get(), POLLOUT, 0};
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(limit).count();
  return ::poll(&waiting, 1, static_cast<int>(millis)) == 1 && pending_error(fd) == 0;
}

}  // namespace fullcone::conformance
