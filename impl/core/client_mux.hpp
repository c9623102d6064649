// The mux connections of a client's shard: dialled when a stream is wanted, a further one when the
// last is full, redialled after growing pauses while streams wait for one, closed when none has
// been there for a while. Tunnels and associations hold the streams, as LocalIds; ClientMux::Users
// hears of what happens to them. Sans-IO: driven by Client. Rules: MUX-1..4, CRUM-11.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "core/backoff.hpp"
#include "core/client_actions.hpp"
#include "core/client_counters.hpp"
#include "core/client_settings.hpp"
#include "core/mux_endpoint.hpp"

namespace fullcone {

class ClientMux {
 public:
  class Link;
  // A stream, as its holder knows it; the link lives as long as it has streams.
  struct Stream {
    Link* link = nullptr;
    mux::StreamId id{};
  };

  // Whom streams belong to. Each of these may open, send on, end and reset streams.
  class Users {
   public:
    virtual ~Users() = default;
    // The connection of a stream stands: what is sent on it leaves.
    virtual void on_mux_up(LocalId holder) = 0;
    virtual void on_mux_data(LocalId holder, ByteView octets) = 0;
    virtual void on_mux_datagram(LocalId holder, const Endpoint& peer, ByteView payload) = 0;
    virtual void on_mux_end(LocalId holder) = 0;
    virtual void on_mux_drained(LocalId holder) = 0;
    // The stream is over: with both of its directions, reset, or with its connection, which `why`
    // tells of if it never stood.
    virtual void on_mux_finished(LocalId holder) = 0;
    virtual void on_mux_reset(LocalId holder) = 0;
    virtual void on_mux_lost(LocalId holder, std::optional<ConnectFailure> why) = 0;
  };

  // The references outlive it.
  ClientMux(const ClientSettings& settings, IdSource<ConnectionId>& connection_ids, Random& random,
            ClientCounters& counters);
  ~ClientMux();
  ClientMux(const ClientMux&) = delete;
  ClientMux& operator=(const ClientMux&) = delete;

  // ----- streams
  // A TCP stream to `target`, or a UDP stream. It can be sent on at once: what cannot leave waits.
  Stream open(const std::optional<Destination>& target, LocalId holder, TimePoint now,
              ClientActions& out);
  bool is_up(Stream stream) const;
  // False: some of it waits, and on_mux_drained() will follow.
  bool send(Stream stream, ByteView octets, ClientActions& out);
  void send_datagram(Stream stream, const Destination& peer, ByteView payload, TimePoint now,
                     ClientActions& out);
  // The end of what is sent on it. True: it is over, for it is a UDP stream, or its other direction
  // has ended before; else on_mux_finished() will follow.
  bool end(Stream stream, TimePoint now, ClientActions& out);
  void reset(Stream stream, TimePoint now, ClientActions& out);
  // A connection: on_room() of it is wanted.
  std::optional<ConnectionId> on_consumed(Stream stream, std::size_t octets);

  // ----- facts about its connections
  bool owns(ConnectionId id) const { return by_connection_.contains(id); }
  void on_connected(ConnectionId id, TimePoint now, Users& users, ClientActions& out);
  void on_bytes(ConnectionId id, ByteView bytes, TimePoint now, Users& users, ClientActions& out);
  [[nodiscard]] bool on_written(ConnectionId id, std::size_t octets);
  void on_room(ConnectionId id, TimePoint now, Users& users, ClientActions& out);
  // The server ended it.
  void on_ended(ConnectionId id, TimePoint now, Users& users, ClientActions& out);
  // It failed, `why`, or was cut; the driver has forgotten it.
  void on_lost(ConnectionId id, std::optional<ConnectFailure> why, TimePoint now, Users& users,
               ClientActions& out);

  void on_deadline(TimePoint now, ClientActions& out);  // early calls are harmless
  std::optional<TimePoint> next_deadline() const;
  // Closes every connection; their streams are not told.
  void end(ClientActions& out);

  std::size_t connections() const { return by_connection_.size(); }
  std::size_t streams() const;

 private:
  class Turn;  // what an endpoint tells, for the time of one fact

  Link& link_with_room(TimePoint now);
  Link* find(ConnectionId id);
  void dial(Link& link, ClientActions& out);
  void lose(Link& link, std::optional<ConnectFailure> why, TimePoint now, Users& users,
            ClientActions& out);
  void note_idle(Link& link, TimePoint now);
  Duration spread();
  std::unique_ptr<Link> take(Link& link);

  const ClientSettings& settings_;
  IdSource<ConnectionId>& connection_ids_;
  Random& random_;
  ClientCounters& counters_;
  Backoff backoff_;
  TimePoint not_before_{};                    // of the next dial
  std::vector<std::unique_ptr<Link>> links_;  // few: one for each MuxLimits::streams of streams
  boost::unordered_flat_map<ConnectionId, Link*, IdHash> by_connection_;
};

}  // namespace fullcone
