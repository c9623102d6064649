#include "net/socket_address.hpp"

#include <cstring>

namespace fullcone {

SocketAddress::SocketAddress(const Endpoint& endpoint) {
  const ByteView octets = endpoint.ip.octets();
  if (endpoint.ip.is_v4()) {
    storage_.v4.sin_family = AF_INET;
    storage_.v4.sin_port = htons(endpoint.port);
    std::memcpy(&storage_.v4.sin_addr, octets.data(), octets.size());
  } else {
    storage_.v6.sin6_family = AF_INET6;
    storage_.v6.sin6_port = htons(endpoint.port);
    std::memcpy(&storage_.v6.sin6_addr, octets.data(), octets.size());
  }
}

Endpoint SocketAddress::endpoint() const {
  if (family() == AF_INET) {
    std::array<std::uint8_t, 4> octets{};
    std::memcpy(octets.data(), &storage_.v4.sin_addr, octets.size());
    return {IpAddress::v4(octets), ntohs(storage_.v4.sin_port)};
  }
  if (family() == AF_INET6) {
    std::array<std::uint8_t, 16> octets{};
    std::memcpy(octets.data(), &storage_.v6.sin6_addr, octets.size());
    return {IpAddress::v6(octets), ntohs(storage_.v6.sin6_port)};
  }
  return {};
}

Endpoint local_endpoint(int fd) {
  SocketAddress address;
  socklen_t size = SocketAddress::capacity();
  if (::getsockname(fd, address.data(), &size) != 0) return {};
  return address.endpoint();
}

Endpoint remote_endpoint(int fd) {
  SocketAddress address;
  socklen_t size = SocketAddress::capacity();
  if (::getpeername(fd, address.data(), &size) != 0) return {};
  return address.endpoint();
}

}  // namespace fullcone
