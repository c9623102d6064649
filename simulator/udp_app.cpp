#include "simulator/udp_app.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace fullcone::sim {

ExpectedDatagram from(const Peer& peer, std::string_view text) {
  return {peer.endpoint(), to_bytes(text)};
}
ExpectedDatagram from(const Destination& source, std::string_view text) {
  return {source, to_bytes(text)};
}

UdpApp::UdpApp(Network& network, Judge& judge, AppId id, const IpAddress& ip,
               const Endpoint& client, std::optional<socks5::Credentials> credentials)
    : network_(network),
      judge_(judge),
      id_(id),
      endpoint_{ip, network.next_port(ip)},
      control_(network.dial({ip, network.next_port(ip)}, client, {.handshake_round_trips = 1}),
               RawStream::State::connecting),
      handshake_(socks5::Command::udp_associate, Endpoint{}, std::move(credentials)) {
  network_.bind(endpoint_, [this](const Endpoint& source, ByteView datagram) {
    on_datagram(source, datagram);
  });
  control_.on_change = [this](RawStream&) { on_control(); };
}

UdpApp::~UdpApp() { network_.unbind(endpoint_); }

void UdpApp::on_control() {
  if (state_ == State::ready && !control_.open()) return leave();
  if (state_ != State::associating) return;
  handshake_.advance(control_);
  if (handshake_.failed()) {
    state_ = State::refused;
  } else if (handshake_.done()) {
    state_ = State::ready;
    relay_ = handshake_.reply()->bound;
    for (auto& [to, payload] : std::exchange(early_, {})) send_now(to, payload);
  }
}

void UdpApp::send_to(const Destination& to, ByteView payload) {
  if (state_ == State::associating) {
    early_.emplace_back(to, to_bytes(payload));
  } else if (state_ == State::ready) {
    send_now(to, payload);
  }
}

void UdpApp::send_now(const Destination& to, ByteView payload) {
  judge_.ledger.on_app_sent(id_, to, payload);
  Bytes datagram = to_bytes(socks5::encode_udp_head(to).view());
  append(datagram, payload);
  send_raw(datagram);
}

void UdpApp::send_raw(ByteView datagram) { network_.send(endpoint_, relay_, datagram); }

void UdpApp::on_datagram(const Endpoint& source, ByteView datagram) {
  const auto parsed = socks5::parse_udp_datagram(datagram);
  const auto* const message = std::get_if<socks5::UdpDatagram>(&parsed);
  if (message == nullptr || source != relay_) {
    judge_.findings.add(
        network_.now(), "SOCKS-4",
        "an app got something else than a SOCKS5 datagram from " + source.to_string());
    return;
  }
  judge_.ledger.on_app_received(id_, message->destination, message->payload, network_.now());
  received_.push_back({message->destination, to_bytes(message->payload), network_.now()});
}

std::size_t UdpApp::count(const ExpectedDatagram& expected) const {
  return static_cast<std::size_t>(std::ranges::count_if(received_, [&](const AppDatagram& got) {
    return got.source == expected.source && got.payload == expected.payload;
  }));
}

std::optional<AppDatagram> UdpApp::take() {
  if (taken_ == received_.size()) return std::nullopt;
  return received_[taken_++];
}

void UdpApp::quit() {
  control_.close_clean();
  leave();
}

void UdpApp::crash() {
  control_.cut();
  leave();
}

void UdpApp::leave() {
  state_ = State::gone;
  network_.unbind(endpoint_);
}

}  // namespace fullcone::sim
