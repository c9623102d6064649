#include "conformance/bed/app.hpp"

#include <utility>
#include <variant>

#include "wire/socks5.hpp"

namespace fullcone::conformance {
AppDatagram parse_app_datagram(const std::string& octets) {
  const auto parsed = socks5::parse_udp_datagram(as_bytes(octets));
  const auto* const datagram = std::get_if<socks5::UdpDatagram>(&parsed);
  if (datagram == nullptr || datagram->fragment != 0) {
    throw Unmet{"a SOCKS5 datagram in one piece", describe(octets), ""};
  }
  return {datagram->destination, std::string(as_text(datagram->payload))};
}

std::string describe(const AppDatagram& datagram) {
  return describe(datagram.payload) + " from " + describe(datagram.source);
}

Bytes socks_datagram(const Destination& destination, std::string_view payload,
                     std::uint8_t fragment) {
  Bytes octets = to_bytes(socks5::encode_udp_head(destination).view());
  octets[2] = fragment;
  append(octets, as_bytes(payload));
  return octets;
}

App::App(Bed& bed, Connection control, const Endpoint& relay, std::unique_ptr<UdpPort> port)
    : state_(
          std::make_shared<State>(State{bed, std::move(control), relay, std::move(port), {}, 0})) {
  state_->name = "app " + std::to_string(bed.next_number("app"));
}

void App::send_to(const Destination& destination, std::string_view payload) const {
  state_->bed.sent(state_->name, describe(payload) + " to " + describe(destination), payload);
  state_->port->send_to(relay(), socks_datagram(destination, payload));
}

void App::send_raw(const Bytes& datagram) const {
  state_->bed.sent(state_->name, "to its relay " + describe(datagram), as_text(datagram));
  state_->port->send_to(relay(), datagram);
}

AppDatagram App::receive() const {
  State& state = *state_;
  if (!state.bed.wait_until([&] { return state.anything(); })) {
    throw Unmet{"a datagram at " + state.name, "none", "", true};
  }
  AppDatagram datagram = parse_app_datagram(state.port->received()[state.taken++].payload);
  state.bed.received(state.name, describe(datagram), datagram.payload);
  return datagram;
}

App::operator Party() const {
  const auto state = state_;
  return {state->name,
          [state]() -> std::optional<std::string> {
            if (!state->anything()) return std::nullopt;
            return describe(parse_app_datagram(state->port->received()[state->taken].payload));
          },
          [state] { ++state->taken; },
          {}};
}

}  // namespace fullcone::conformance
