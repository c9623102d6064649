// One TCP connection of an app through the server. VLESS does not say whether the target was
// reached, so the app hears of success as soon as the request is on its way; a target that refuses
// shows as a connection that ends. Rules: HDR, RSP-0 (v0's response is taken off), TCP-1..3.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.hpp"
#include "core/client_actions.hpp"
#include "core/client_settings.hpp"
#include "core/local_handshake.hpp"
#include "core/v0_response.hpp"

namespace fullcone {

class ClientTunnel {
 public:
  ClientTunnel(LocalId local, ConnectionId connection, const ClientSettings& settings,
               LocalHandshake::Connect request);

  void start(ClientActions& out);
  void on_connected(ClientActions& out);
  void on_failed(ConnectFailure why, ClientActions& out);
  void on_local_bytes(ByteView bytes, ClientActions& out);
  void on_local_end_of_stream(ClientActions& out);
  void on_local_lost(ClientActions& out);
  void on_server_bytes(ByteView bytes, ClientActions& out);
  void on_server_end_of_stream(ClientActions& out);
  void on_server_lost(ClientActions& out);

 private:
  void write_request(ClientActions& out);
  void close(CloseKind kind, ClientActions& out);

  LocalId local_;
  ConnectionId connection_;
  const ClientSettings& settings_;
  LocalHandshake::Connect request_;
  V0ResponseStripper response_;
  bool connected_ = false;
  bool local_ended_ = false;
  bool server_ended_ = false;
};

}  // namespace fullcone
