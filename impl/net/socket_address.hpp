// Endpoints as the system's calls take them, and back. Scope ids of IPv6 are not carried.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/endpoint.hpp"

namespace fullcone {

class SocketAddress {
 public:
  SocketAddress() = default;  // room for a call to fill in
  explicit SocketAddress(const Endpoint& endpoint);

  // 0.0.0.0:0 when the address is neither IPv4 nor IPv6.
  Endpoint endpoint() const;

  sockaddr* data() { return reinterpret_cast<sockaddr*>(&storage_); }
  const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage_); }
  socklen_t size() const {
    return family() == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  }
  int family() const { return storage_.v4.sin_family; }
  static constexpr socklen_t capacity() { return sizeof(Storage); }

 private:
  union Storage {
    sockaddr_in v4;
    sockaddr_in6 v6;
  };
  Storage storage_{.v6 = {}};
};

inline int address_family(Family family) { return family == Family::ipv4 ? AF_INET : AF_INET6; }

// 0.0.0.0:0 when the system does not say.
Endpoint local_endpoint(int fd);
Endpoint remote_endpoint(int fd);

}  // namespace fullcone
