// A NAT box in the network: a translation table between the hosts behind it and the realm that it
// stands in itself, the Internet or that of an outer router. UDP is translated by the table;
// streams pass outward and find nobody inward.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "simulator/host.hpp"
#include "simulator/nat.hpp"

namespace fullcone::sim {

class Router {
 public:
  // `host` is the box on its outer side, with its access link; `external` are its addresses there.
  Router(Host& host, const NatBehaviour& behaviour, std::vector<IpAddress> external, Random random)
      : host_(host), external_(external), table_(behaviour, std::move(external), random) {}
  Router(const Router&) = delete;
  Router& operator=(const Router&) = delete;

  Host& host() { return host_; }
  const Host& host() const { return host_; }
  const NatBehaviour& behaviour() const { return table_.behaviour(); }
  // Those that it has in the realm it stands in; the first also hides streams.
  const std::vector<IpAddress>& external_addresses() const { return external_; }
  std::size_t mappings(TimePoint now) { return table_.mappings(now); }
  void forget_all() { table_.forget_all(); }

  // What becomes of a datagram that has reached it, from one of its two sides.
  Translation cross(const Endpoint& from, const Endpoint& to, bool from_inside, TimePoint now) {
    const Translation crossed =
        from_inside ? table_.outbound(from, to, now) : table_.inbound(from, to, now);
    ++count_[static_cast<std::size_t>(crossed.crossing)];
    return crossed;
  }
  // How many datagrams have met with `crossing` here.
  std::uint64_t count(Crossing crossing) const {
    return count_[static_cast<std::size_t>(crossing)];
  }

 private:
  Host& host_;
  std::vector<IpAddress> external_;
  Nat table_;
  std::array<std::uint64_t, 5> count_{};
};

}  // namespace fullcone::sim
