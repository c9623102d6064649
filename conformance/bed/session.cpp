#include "conformance/bed/session.hpp"

#include <utility>

#include "conformance/bed/server_bed.hpp"

namespace fullcone::conformance {

Session::Session(ServerBed& bed, const SessionName& name)
    : state_(std::make_shared<State>(State{bed, name, {}, {}, {}})) {
  state_->label = "session " + std::to_string(bed.next_number("session"));
}

Bytes Session::addons() const {
  return state_->name.id ? session_addon(*state_->name.id) : Bytes();
}

void Session::establish(const Bytes& more_addons) const {
  Request request = state_->bed.request(Command::crumfurs);
  request.user = state_->name.user;
  request.addons = addons() + more_addons;
  const Connection connection =
      state_->bed.connect_with(request.encode(), "CRUMFURS of " + state_->label);
  const std::weak_ptr<State> session = state_;
  state_->crumfurs.emplace(connection, [session]() -> std::optional<Umfurs> {
    const auto state = session.lock();
    return state ? send_stranger(*state) : std::nullopt;
  });
  state_->crumfurs->expect_established();
}

std::optional<Umfurs> Session::send_stranger(const State& state) {
  for (const Channel& channel : state.channels) {
    const auto port = channel.known_port();
    if (!port || channel.connection().is_closed()) continue;
    const Peer stranger = state.bed.peer(port->family());
    const std::string marker = state.bed.unique("marker");
    stranger.send_to(*port, marker);
    return Umfurs{stranger.endpoint(), marker};
  }
  return std::nullopt;
}

Connection Session::request_channel(const Bytes& address, std::string_view first_octets) const {
  Request request = state_->bed.request(Command::udp);
  request.user = state_->name.user;
  request.addons = addons();
  request.address = address;
  const std::string name =
      "channel " + std::to_string(state_->bed.next_number("channel")) + " of " + state_->label;
  return state_->bed.connect_with(request.encode() + to_bytes(first_octets), name);
}

Channel Session::remember(Connection connection, const Peer& peer) const {
  return state_->channels.emplace_back(std::move(connection), std::uint8_t{1}, peer);
}

Channel Session::open_channel(const Peer& peer) const {
  return remember(request_channel(request_address(peer.endpoint())), peer);
}

Channel Session::open_channel(const Peer& peer, std::string_view first) const {
  const Channel channel = open_channel(peer);
  channel.send(first);
  return channel;
}

Channel Session::open_channel_by_name(std::string_view name, const Peer& peer,
                                      std::string_view first) const {
  const Channel channel =
      remember(request_channel(request_address(name, peer.endpoint().port)), peer);
  channel.send(first);
  return channel;
}

}  // namespace fullcone::conformance
