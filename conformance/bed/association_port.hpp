// A UDP association as a UDP socket: what it sends is wrapped in SOCKS5 heads, what comes is
// unwrapped. Its end is the association's.
#pragma once

#include <memory>
#include <vector>

#include "conformance/bed/connection.hpp"
#include "conformance/bed/network.hpp"

namespace fullcone::conformance {

class AssociationPort : public UdpPort {
 public:
  // `control` has been granted an association with `relay`; `port` is a UDP socket of the app's.
  AssociationPort(Connection control, const Endpoint& relay, std::unique_ptr<UdpPort> port);
  ~AssociationPort() override;

  Endpoint endpoint() const override { return port_->endpoint(); }
  void send_to(const Endpoint& destination, ByteView payload) override;
  // Throws Unmet where something is not a whole SOCKS5 datagram from an IP address.
  const std::vector<Datagram>& received() const override;

 private:
  Connection control_;
  Endpoint relay_;
  std::unique_ptr<UdpPort> port_;
  mutable std::vector<Datagram> received_;  // unwrapped when first looked at
};

}  // namespace fullcone::conformance
