#include "conformance/bed/server_bed.hpp"

#include "conformance/bed/loss.hpp"

#include <utility>

namespace fullcone::conformance {
namespace {

// At least: TCP, TLS, CRUMFURS and its answer, a datagram there and back.
constexpr int kRoundTripsToConnect = 4;
// Of a server on a path that loses, whether it still serves.
constexpr int kServiceProbes = 4;

void exchange_datagrams(ServerBed& bed) {
  const Peer first = bed.peer();
  const std::string there = bed.unique("there");
  const std::string back = bed.unique("back");
  const Channel channel = bed.open_channel(first, there);
  const Endpoint port = first.receive_from(there);
  first.send_to(port, back);
  EXPECT(channel.receive() == back);
}

}  // namespace

// ----- sessions

Session ServerBed::open_session() { return open_session({subject().user, random_id()}); }

Session ServerBed::open_session(const SessionName& name) {
  Session session(*this, name);
  session.establish();
  return session;
}

Session ServerBed::open_endpoint_independent_session() {
  Session session = new_session();
  session.establish(mapping_addon(1));
  return session;
}

ServerBed::WithPeer ServerBed::session_with_peer(Family family) {
  const Session session = open_session();
  const Peer peer = this->peer(family);
  const Channel channel = session.open_channel(peer);
  return {session, peer, channel, channel.external_port()};
}

Uuid ServerBed::second_user() {
  if (!subject().second_user) skip("no second user is given");
  return *subject().second_user;
}

// ----- requests

Request ServerBed::request(Command command) const {
  return {1, subject().user, {}, static_cast<std::uint8_t>(command), {}};
}

Request ServerBed::request_to(Command command, const Endpoint& destination) const {
  Request request = this->request(command);
  request.address = request_address(destination);
  return request;
}

Connection ServerBed::connect(const std::string& name) {
  Connection connection(*this, network().connect_to_server(), name);
  connections_.push_back(connection);
  connection.expect_open();
  return connection;
}

Connection ServerBed::connect_with(const Bytes& octets, const std::string& name) {
  Connection connection = connect(name);
  connection.send(octets);
  return connection;
}

Channel ServerBed::open_v0_channel(const Peer& peer, std::string_view first) {
  Request request = request_to(Command::udp, peer.endpoint());
  request.version = 0;
  const std::string name = "v0 channel " + std::to_string(next_number("v0 channel"));
  Channel channel(connect_with(request.encode(), name), std::uint8_t{0}, peer);
  channel.send(first);
  return channel;
}

Channel ServerBed::open_channel(const Peer& peer, std::string_view first) {
  if (!subject().speaks_v1) return open_v0_channel(peer, first);
  return open_session().open_channel(peer, first);
}

Mux ServerBed::open_mux() {
  if (!subject().speaks_v1) unsupported("mux is of v1");
  const std::string name = "mux " + std::to_string(next_number("mux"));
  const Mux mux(connect_with(request(Command::mux).encode(), name), mux::Sender::server);
  if (!mux.is_answered()) unsupported("the server offers no mux");
  return mux;
}

TcpTarget ServerBed::target(Family family) {
  auto target = network().open_target(family);
  if (target == nullptr) skip("no IPv6 here");
  return TcpTarget(*this, std::move(target));
}

Finding ServerBed::is_released(const Endpoint& external_port) {
  if (!powers().holds_port) return {true, "nobody can tell"};
  const bool released = wait_until([&] { return !powers().holds_port(external_port); });
  return {released, describe(external_port) + (released ? " is free" : " is still held")};
}

// ----- before and after

// A datagram to a peer, and its answer. What the path loses here says nothing of the case before.
void ServerBed::expect_service() {
  note("does the server still serve?");
  for (int probes = pace().loss > 0 ? kServiceProbes : 1;; --probes) {
    try {
      return exchange_datagrams(*this);
    } catch (const Unmet& unmet) {
      if (!unmet.missing || probes == 1) throw;
    }
  }
}

void ServerBed::calibrate(bool path_may_lose) {
  const Peer first = peer();
  const TimePoint connecting = network().now();
  const Channel channel = open_channel(first, unique("first"));
  Endpoint port = first.receive().source;
  measured((network().now() - connecting) / kRoundTripsToConnect);
  for (int i = 0; i < 5; ++i) {
    const TimePoint begun = network().now();
    port = channel.external_port();
    first.send_to(port, unique("back"));
    channel.receive();
    measured(network().now() - begun);
  }
  if (path_may_lose) measured_loss(measure_loss(*this, channel));
}

void ServerBed::tear_down() {
  for (const Connection& connection : connections_) connection.close();
  connections_.clear();
}

}  // namespace fullcone::conformance
