// One shard of the client: apps' connections to the local port (SOCKS5 and HTTP CONNECT, told apart
// by their first octet) and the VLESS connections made for them. Sans-IO: the driver reports what
// happened through on_*() and carries out the orders appended to `out`. Facts about things already
// closed are ignored. The handshake lives in LocalHandshake, a TCP tunnel in ClientTunnel, one by
// mux in ClientMuxTunnel, a UDP association in ClientAssociation, the mux connections in ClientMux;
// ReadyConnections gives the others theirs. Rules: SOCKS, and the client's side of HDR, RSP, TCP,
// UDP, CRUM, MUX.
#pragma once

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <optional>
#include <variant>

#include "base/endpoint.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "core/client_actions.hpp"
#include "core/client_association.hpp"
#include "core/client_counters.hpp"
#include "core/client_mux.hpp"
#include "core/client_mux_tunnel.hpp"
#include "core/client_settings.hpp"
#include "core/client_tunnel.hpp"
#include "core/deadlines.hpp"
#include "core/local_handshake.hpp"
#include "core/ready_connections.hpp"
#include "core/tally.hpp"

namespace fullcone {

class Client {
 public:
  // What every shard of the client together holds.
  struct Held {
    Tally locals;  // the apps' connections
    Tally ready;   // connections to the server that are kept ready
  };

  // `settings` outlives the client. `random_seed` gives session ids, hash seeds and jitter: outside
  // simulations it comes from the system's entropy. Without `held` this is the only shard.
  Client(const ClientSettings& settings, std::uint64_t random_seed);
  Client(const ClientSettings& settings, std::uint64_t random_seed, Held& held);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // ----- facts about an app's connection
  // `app` is its far end; `local` the address and port it connected to.
  void on_local_accepted(LocalId id, const Endpoint& app, const Endpoint& local, TimePoint now,
                         ClientActions& out);
  void on_local_bytes(LocalId id, ByteView bytes, TimePoint now, ClientActions& out);
  void on_local_end_of_stream(LocalId id, TimePoint now, ClientActions& out);
  void on_local_lost(LocalId id, TimePoint now, ClientActions& out);
  // `octets` of its WriteLocals have left the driver's queue. A connection: on_server_room() of it
  // is to follow.
  [[nodiscard]] std::optional<ConnectionId> on_local_written(LocalId id, std::size_t octets);

  // ----- facts about an association's relay
  void on_relay_opened(LocalId id, const Endpoint& bound, TimePoint now, ClientActions& out);
  void on_relay_failed(LocalId id, TimePoint now, ClientActions& out);
  void on_app_datagram(LocalId id, const Endpoint& source, ByteView datagram, TimePoint now,
                       ClientActions& out);
  // The system did not take the latest SendToApp.
  void on_send_failed();

  // ----- facts about a connection to the server
  void on_server_connected(ConnectionId id, TimePoint now, ClientActions& out);
  // It never came up; the driver has forgotten it.
  void on_server_failed(ConnectionId id, ConnectFailure why, TimePoint now, ClientActions& out);
  void on_server_bytes(ConnectionId id, ByteView bytes, TimePoint now, ClientActions& out);
  void on_server_end_of_stream(ConnectionId id, TimePoint now, ClientActions& out);
  // Reset, timed out, or ended without close_notify; the driver has forgotten it.
  void on_server_lost(ConnectionId id, TimePoint now, ClientActions& out);
  // `octets` have left the driver's queue. True: on_server_room() is to follow.
  [[nodiscard]] bool on_server_written(ConnectionId id, std::size_t octets);
  // There is room for more of what waits to be written to it.
  void on_server_room(ConnectionId id, TimePoint now, ClientActions& out);

  void on_deadline(TimePoint now, ClientActions& out);  // early calls are harmless
  std::optional<TimePoint> next_deadline() const {
    const auto local = deadlines_.next(), ready = ready_.next_deadline();
    return local && ready ? std::min(*local, *ready) : local ? local : ready;
  }

  // Ends every connection and association, as on shutdown: CRUMFURS channels close cleanly.
  void close_all(ClientActions& out);

  const ClientCounters& counters() const { return counters_; }
  std::size_t locals() const { return locals_.size(); }
  std::size_t server_connections() const {
    return owners_.size() + ready_.size() + mux_.connections();
  }
  std::size_t ready_connections() const { return ready_.size(); }  // of them; dialled ones too
  std::size_t mux_tunnels() const { return mux_tunnels_; }
  std::size_t mux_streams() const { return mux_.streams(); }
  std::size_t timers() const { return deadlines_.size() + (ready_.next_deadline() ? 1 : 0); }

 private:
  using Role = std::variant<LocalHandshake, ClientTunnel, ClientMuxTunnel,
                            std::unique_ptr<ClientAssociation>>;
  struct Local {
    Role role;
    Endpoint app;
    Endpoint address;  // what the app connected to
    Deadlines<LocalId>::Alarm alarm;
  };

  class MuxUsers;  // the locals, as the mux connections know them, for the time of one fact

  static constexpr LocalId kOfMux{};  // no local connection's id, in deadlines_

  Local* find(LocalId id);
  ClientMuxTunnel* find_mux_tunnel(LocalId id);
  ClientAssociation* find_association(LocalId id);
  // The local connection that `id` was dialled for.
  std::optional<LocalId> owner_of(ConnectionId id) const;
  void begin(LocalId id, Local& local, LocalHandshake::Outcome outcome, TimePoint now,
             ClientActions& out);
  void begin_tunnel(LocalId id, Local& local, LocalHandshake::Connect request, TimePoint now,
                    ClientActions& out);
  template <class Fact>
  void tell_mux(TimePoint now, ClientActions& out, Fact fact);
  void forget_if_closed(LocalId id, const ClientActions& out, std::size_t from);
  void settle(LocalId id, TimePoint now, ClientActions& out, std::size_t from);
  void take_orders(LocalId id, const ClientActions& out, std::size_t from);
  void await_mux();
  void close(LocalId id, ClientActions& out);
  void forget(LocalId id);

  const ClientSettings& settings_;
  Random random_;
  Held own_held_;
  Held& held_;
  boost::unordered_flat_map<LocalId, std::unique_ptr<Local>, IdHash> locals_;
  boost::unordered_flat_map<ConnectionId, LocalId, IdHash> owners_;
  Deadlines<LocalId> deadlines_;
  ClientCounters counters_;
  ReadyConnections ready_;
  ClientMux mux_;
  Deadlines<LocalId>::Alarm mux_alarm_;
  std::size_t mux_tunnels_ = 0;
};

}  // namespace fullcone
