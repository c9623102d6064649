#include "conformance/bed/association_port.hpp"

#include <utility>
#include <variant>

#include "conformance/bed/app.hpp"

namespace fullcone::conformance {

AssociationPort::AssociationPort(Connection control, const Endpoint& relay,
                                 std::unique_ptr<UdpPort> port)
    : control_(std::move(control)), relay_(relay), port_(std::move(port)) {}

AssociationPort::~AssociationPort() { control_.close(); }

void AssociationPort::send_to(const Endpoint& destination, ByteView payload) {
  port_->send_to(relay_, socks_datagram(destination, as_text(payload)));
}

const std::vector<Datagram>& AssociationPort::received() const {
  while (received_.size() < port_->received().size()) {
    AppDatagram datagram = parse_app_datagram(port_->received()[received_.size()].payload);
    const auto* const source = std::get_if<Endpoint>(&datagram.source);
    if (source == nullptr) {
      throw Unmet{"the IP address of the sender in the header", describe(datagram), ""};
    }
    received_.push_back({*source, std::move(datagram.payload)});
  }
  return received_;
}

}  // namespace fullcone::conformance
