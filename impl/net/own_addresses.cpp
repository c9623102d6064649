#include "net/own_addresses.hpp"

#include <ifaddrs.h>
#include <netinet/in.h>

#include <cstring>

#include "net/socket_address.hpp"

namespace fullcone {

std::vector<Endpoint> own_endpoints(const Endpoint& listening) {
  std::vector<Endpoint> endpoints{listening};
  if (!listening.ip.is_unspecified()) return endpoints;
  ifaddrs* interfaces = nullptr;
  if (::getifaddrs(&interfaces) != 0) return endpoints;
  const int family = address_family(listening.family());
  for (const ifaddrs* each = interfaces; each != nullptr; each = each->ifa_next) {
    if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != family) continue;
    SocketAddress address;
    std::memcpy(address.data(), each->ifa_addr,
                family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6));
    endpoints.push_back({address.endpoint().ip, listening.port});
  }
  ::freeifaddrs(interfaces);
  return endpoints;
}

}  // namespace fullcone
