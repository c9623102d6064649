// The live subjects: a server somewhere, spoken to on the wire; a client that the suite starts and
// serves; a proxy seen only through SOCKS5; a NAT between two network namespaces.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "conformance/testbed.hpp"

namespace fullcone::conformance {

struct ServerTarget {
  Endpoint address;
  std::string ca_file;
  std::string server_name;                // empty: the certificate's name is not looked at
  std::vector<IpAddress> peer_addresses;  // empty: 127.x.y.z and ::1
};
// Throws std::runtime_error when the CA file cannot be used.
std::unique_ptr<Testbed> live_server_testbed(const ServerTarget& target, const SubjectFacts& facts,
                                             std::uint64_t seed);

// A SOCKS5 proxy, with whatever stands behind it.
struct ProxyTarget {
  Endpoint address;
  std::vector<IpAddress> peer_addresses;  // empty: 127.x.y.z and ::1
};
std::unique_ptr<Testbed> live_proxy_testbed(const ProxyTarget& target, const SubjectFacts& facts,
                                            std::uint64_t seed);

// A NAT between two network namespaces: names, as `ip netns` knows them, or paths.
struct NatTarget {
  std::string client_netns;
  std::string peer_netns;
  std::vector<IpAddress> peer_addresses;  // empty: all that the peers' namespace has
};
// Throws SubjectGone when a namespace cannot be entered or has no address.
std::unique_ptr<Testbed> live_nat_testbed(const NatTarget& target, const SubjectFacts& facts,
                                          std::uint64_t seed);

// A command line with {server}, {uuid}, {ca} and {socks} to be filled in.
struct ClientTarget {
  std::string launch;
};
std::unique_ptr<Testbed> live_client_testbed(const ClientTarget& target, const SubjectFacts& facts,
                                             std::uint64_t seed);

}  // namespace fullcone::conformance
