// One TCP connection of an app through a stream of the mux connection. The app hears of success as
// soon as that connection stands; a target that refuses shows as a connection that is reset. What
// the app does not read, and what the stream does not take, holds back the other side by credit.
// Rules: TCP-1, TCP-2, MUX-2.
#pragma once

#include <cstddef>
#include <optional>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "core/client_actions.hpp"
#include "core/client_mux.hpp"
#include "core/local_handshake.hpp"

namespace fullcone {

class ClientMuxTunnel {
 public:
  // `mux` outlives the tunnel.
  ClientMuxTunnel(LocalId local, ClientMux& mux, LocalHandshake::Connect request);

  void start(TimePoint now, ClientActions& out);
  void on_local_bytes(ByteView bytes, ClientActions& out);
  void on_local_end_of_stream(TimePoint now, ClientActions& out);
  void on_local_lost(TimePoint now, ClientActions& out);
  // A connection: ClientMux::on_room() of it is wanted.
  std::optional<ConnectionId> on_local_written(std::size_t octets);

  // ----- what ClientMux tells
  void on_up(TimePoint now, ClientActions& out);
  void on_data(ByteView octets, ClientActions& out);
  void on_end(ClientActions& out);
  void on_drained(ClientActions& out);
  void on_finished(ClientActions& out);
  void on_reset(ClientActions& out);
  void on_lost(std::optional<ConnectFailure> why, ClientActions& out);

 private:
  void send(ByteView bytes, ClientActions& out);

  LocalId local_;
  ClientMux& mux_;
  LocalHandshake::Connect request_;
  std::optional<ClientMux::Stream> stream_;  // until it is over
  bool up_ = false;
  bool paused_ = false;  // the app
  bool local_ended_ = false;
  std::size_t reply_ = 0;  // octets of it in the app's queue, which are none of the stream's
};

}  // namespace fullcone
