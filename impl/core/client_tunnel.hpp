// One TCP connection of an app through the server. VLESS does not say whether the target was
// reached, so the app hears of success as soon as the request is on its way; a target that refuses
// shows as a connection that ends. A request on a ready connection that ends at once is made again
// on a fresh one, but only while none of the app's octets have followed it: the target may have had
// them, and must not have them twice. Rules: HDR, RSP-0 (v0's response is taken off), TCP-1..3.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "core/client_actions.hpp"
#include "core/client_settings.hpp"
#include "core/local_handshake.hpp"
#include "core/ready_connections.hpp"
#include "core/v0_response.hpp"

namespace fullcone {

class ClientTunnel {
 public:
  // The references outlive the tunnel.
  ClientTunnel(LocalId local, const ClientSettings& settings, ReadyConnections& connections,
               ClientCounters& counters, LocalHandshake::Connect request);

  void start(TimePoint now, ClientActions& out);
  void on_connected(TimePoint now, ClientActions& out);
  void on_failed(ConnectFailure why, ClientActions& out);
  void on_local_bytes(ByteView bytes, ClientActions& out);
  void on_local_end_of_stream(ClientActions& out);
  void on_local_lost(ClientActions& out);
  void on_server_bytes(ByteView bytes, ClientActions& out);
  void on_server_end_of_stream(TimePoint now, ClientActions& out);
  void on_server_lost(TimePoint now, ClientActions& out);

 private:
  bool repeats(TimePoint now) const { return repeat_until_ && now < *repeat_until_; }
  void repeat(TimePoint now, ClientActions& out);
  void write_request(ClientActions& out);
  void close(CloseKind kind, ClientActions& out);

  LocalId local_;
  const ClientSettings& settings_;
  ReadyConnections& connections_;
  ClientCounters& counters_;
  ConnectionId connection_{};
  LocalHandshake::Connect request_;
  V0ResponseStripper response_;
  bool connected_ = false;
  bool replied_ = false;
  bool on_ready_ = false;                  // the connection was ready
  std::optional<TimePoint> repeat_until_;  // nullopt: something has passed either way
  bool local_ended_ = false;
  bool server_ended_ = false;
};

}  // namespace fullcone
