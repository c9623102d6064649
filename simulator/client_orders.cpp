// The client core's orders, carried out on virtual sockets.
#include <utility>

#include "simulator/back_pressure.hpp"
#include "simulator/client_node.hpp"

namespace fullcone::sim {

// ----- a TLS connection to the server

void ClientNode::order(const client::Connect& connect) {
  const ConnectionId id = connect.connection;
  reference_.on_connect(id);
  auto end = network_.dial({place_.ip, network_.next_port(place_.ip)}, server_);
  attach_server(id, *end);
  connections_[id].end = std::move(end);
  later(settings_.limits.connect_timeout, [this, id] { on_timeout(id); });
}

void ClientNode::order(const client::WriteServer& write) {
  ServerConnection* const connection = find(write.connection);
  if (connection == nullptr) return missing("a server connection to write to");
  Bytes& octets = joined_;
  octets.assign(write.head.view().begin(), write.head.view().end());
  append(octets, write.payload);
  if (!connection->command) {  // a request leaves in one write
    const ReadRequest read = read_request(octets);
    const auto* const request = std::get_if<ReferenceRequest>(&read);
    if (request != nullptr) connection->command = request->command;
  }
  reference_.on_server_written(write.connection, octets);
  connection->end->send(octets);
  if (connection->spliced) relieve(*connection->spliced);
}

void ClientNode::order(const client::HalfCloseServer& half_close) {
  ServerConnection* const connection = find(half_close.connection);
  if (connection == nullptr) return missing("a server connection to half-close");
  reference_.on_server_half_closed(half_close.connection);
  connection->end->half_close();
}

void ClientNode::order(const client::CloseServer& close) {
  ServerConnection* const connection = find(close.connection);
  if (connection == nullptr) return missing("a server connection to close");
  reference_.on_server_closed(close.connection, close.kind);
  connection->end->close(close.kind);
  connections_.erase(close.connection);
}

// ----- an app's connection

void ClientNode::order(const client::WriteLocal& write) {
  Local* const local = find(write.local);
  if (local == nullptr) return missing("an app to write to");
  reference_.on_local_written(write.local, write.bytes);
  local->app->send(write.bytes);
  relieve(write.local);
}

void ClientNode::order(const client::HalfCloseLocal& half_close) {
  Local* const local = find(half_close.local);
  if (local == nullptr) return missing("an app to half-close");
  reference_.on_local_half_closed(half_close.local);
  local->app->half_close();
}

void ClientNode::order(const client::CloseLocal& close) {
  Local* const local = find(close.local);
  if (local == nullptr) return missing("an app to close");
  if (local->relay) missing("the order to close a relay before its connection");
  reference_.on_local_closed(close.local);
  local->app->close(close.kind);
  locals_.erase(close.local);
}

void ClientNode::order(const client::PauseLocal& pause) {
  Local* const local = find(pause.local);
  if (local == nullptr) return missing("an app to pause");
  local->app->pause(Pause::by_owner);
}

void ClientNode::order(const client::ResumeLocal& resume) {
  Local* const local = find(resume.local);
  if (local == nullptr) return missing("an app to resume");
  local->app->resume(Pause::by_owner);
}

void ClientNode::order(const client::Splice& splice) {
  Local* const local = find(splice.local);
  ServerConnection* const connection = find(splice.connection);
  if (local == nullptr || connection == nullptr) return missing("two ends to splice");
  local->spliced = splice.connection;
  connection->spliced = splice.local;
}

// ----- the relay of an association

void ClientNode::order(const client::OpenRelay& open) {
  const LocalId id = open.local;
  Local* const local = find(id);
  if (local == nullptr) return missing("an app to open a relay for");
  reference_.on_relay_wanted(id, open.address);
  const Endpoint relay{open.address, network_.next_port(open.address)};
  network_.bind(relay, [this, id](const Endpoint& source, ByteView datagram) {
    on_relay_datagram(id, source, datagram);
  });
  local->relay = relay;
  later({}, [this, id, relay] { on_relay_opened(id, relay); });
}

void ClientNode::order(const client::SendToApp& send) {
  Local* const local = find(send.local);
  if (local == nullptr || !local->relay) return missing("a relay to send from");
  Bytes& datagram = joined_;
  datagram.assign(send.head.view().begin(), send.head.view().end());
  append(datagram, send.payload);
  reference_.on_sent_to_app(send.local, send.app, datagram);
  network_.send(*local->relay, send.app, datagram);
}

void ClientNode::order(const client::CloseRelay& close) {
  Local* const local = find(close.local);
  if (local == nullptr || !local->relay) return missing("a relay to close");
  reference_.on_relay_closed(close.local);
  network_.unbind(*local->relay);
  local->relay.reset();
}

// ----- tables

ClientNode::Local* ClientNode::find(LocalId id) {
  const auto found = locals_.find(id);
  return found == locals_.end() ? nullptr : &found->second;
}

ClientNode::ServerConnection* ClientNode::find(ConnectionId id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : &found->second;
}

void ClientNode::missing(std::string_view what) {
  judge_.findings.add(network_.now(), "INVARIANT", "the client lacks " + std::string(what));
}

}  // namespace fullcone::sim
