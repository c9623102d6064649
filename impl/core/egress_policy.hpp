// Which addresses the server may send to (EGRESS-1): a deny-list of networks and single endpoints,
// applied to every address after resolution. IPv4-mapped forms are IPv4 addresses already.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/endpoint.hpp"

namespace fullcone {

// A CIDR block.
struct Network {
  IpAddress base;
  unsigned prefix = 0;  // 0..32 or 0..128, of the base's family

  bool contains(const IpAddress& address) const;
  // "10.0.0.0/8", "fc00::/7", or an address alone (a block of one); nullopt for anything else,
  // host bits set included.
  static std::optional<Network> parse(std::string_view text);
};

class EgressPolicy {
 public:
  // Allows everything.
  EgressPolicy() = default;
  // Denies what is not a public unicast address: unspecified, loopback, link-local, private,
  // shared (RFC 6598), multicast, broadcast, documentation and translation ranges (RFC 6890).
  static EgressPolicy public_internet();

  void deny(const Network& network) { networks_.push_back(network); }
  void deny(const Endpoint& endpoint) { endpoints_.push_back(endpoint); }

  bool allows(const Endpoint& destination) const;
  bool allows_everything() const { return networks_.empty() && endpoints_.empty(); }

 private:
  std::vector<Network> networks_;
  std::vector<Endpoint> endpoints_;  // the server's own listening addresses
};

}  // namespace fullcone
