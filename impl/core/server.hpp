// One shard of a VLESS server: connections, their requests, and the sessions that live on it.
// Sans-IO: the driver reports what happened through on_*() and carries out the orders appended to
// `out`. Facts about things already closed are ignored. Connection-level rules (HDR, AUTH, RSP,
// limits) live here; a TCP target's in TcpRelay, a session's in ServerUdpSession, a mux
// connection's in ServerMux.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <optional>
#include <span>
#include <variant>

#include "base/time.hpp"
#include "core/deadlines.hpp"
#include "core/egress_policy.hpp"
#include "core/limits.hpp"
#include "core/server_actions.hpp"
#include "core/server_counters.hpp"
#include "core/server_mux.hpp"
#include "core/server_tcp_relay.hpp"
#include "core/server_udp_session.hpp"
#include "core/server_v0_channel.hpp"
#include "core/users.hpp"

namespace fullcone {

struct ServerSettings {
  ServerLimits limits;
  EgressPolicy egress = EgressPolicy::public_internet();
  std::optional<Destination> fallback;  // a plain web server (AUTH-2)
  bool mux = true;                      // whether it is offered (HDR-3)
};

class Server {
 public:
  struct Shard {
    unsigned index = 0;
    unsigned count = 1;
  };

  // `settings` and `users` outlive the server; `hash_seed` seeds every table of it.
  Server(const ServerSettings& settings, UserDirectory& users, Shard shard,
         std::uint64_t hash_seed);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // ----- facts about a client's TLS connection; ids are unique over all shards
  // Its handshake is done.
  void on_accepted(ConnectionId connection, TimePoint now, ServerActions& out);
  // It was handed over by another shard (server::HandOver).
  void on_adopted(ConnectionId connection, server::ParkedRequest request, TimePoint now,
                  ServerActions& out);
  void on_bytes(ConnectionId connection, ByteView bytes, TimePoint now, ServerActions& out);
  // close_notify: the client sends no more.
  void on_end_of_stream(ConnectionId connection, TimePoint now, ServerActions& out);
  // Reset, timed out, or ended without close_notify. No Close is ordered for it.
  void on_connection_lost(ConnectionId connection, TimePoint now, ServerActions& out);
  // `octets` of the connection's Writes have left the driver's queue. True: on_room() is to follow.
  [[nodiscard]] bool on_written(ConnectionId connection, std::size_t octets);
  // There is room for more of what waits to be written to the connection.
  void on_room(ConnectionId connection, TimePoint now, ServerActions& out);

  // ----- facts about a connection's names and TCP targets, the fallback included
  void on_resolved(LookupId lookup, std::span<const IpAddress> addresses, TimePoint now,
                   ServerActions& out);
  void on_target_connected(TargetId target, TimePoint now, ServerActions& out);
  // The dial failed; the driver has forgotten the target.
  void on_target_failed(TargetId target, TimePoint now, ServerActions& out);
  void on_target_bytes(TargetId target, ByteView bytes, TimePoint now, ServerActions& out);
  void on_target_end_of_stream(TargetId target, TimePoint now, ServerActions& out);
  // `octets` of the target's WriteTargets have left the driver's queue. A connection: on_room() of
  // it is to follow.
  [[nodiscard]] std::optional<ConnectionId> on_target_written(TargetId target, std::size_t octets);
  // Reset or timed out; the driver has forgotten the target.
  void on_target_lost(TargetId target, TimePoint now, ServerActions& out);

  // ----- facts about external ports
  void on_datagram(MappingId mapping, const Endpoint& source, ByteView payload, TimePoint now,
                   ServerActions& out);
  // The system gave no socket; the driver has forgotten the mapping.
  void on_mapping_failed(MappingId mapping, TimePoint now, ServerActions& out);
  // The system refused a SendDatagram.
  void on_send_failed(MappingId mapping);

  void on_deadline(TimePoint now, ServerActions& out);  // early calls are harmless
  std::optional<TimePoint> next_deadline() const { return deadlines_.next(); }

  // Ends every connection and session, as on shutdown.
  void close_all(ServerActions& out);

  const ServerCounters& counters() const { return counters_; }
  std::size_t connections() const { return connections_.size(); }
  std::size_t sessions() const { return sessions_.size(); }
  std::size_t mappings() const { return mappings_.size(); }
  std::size_t timers() const { return deadlines_.size(); }

 private:
  // What a connection has turned out to be. What a datagram needs stands in the table itself, and
  // what is large behind a pointer: with many connections each of them is cold when it is wanted.
  struct ReadingHeader {
    Bytes received;
  };
  struct OpeningChannel {  // a CMD_UDP whose domain name is being resolved
    RequestHeader header;
    Bytes early;
  };
  struct Crumfurs {
    SessionKey key;
    ServerUdpSession* session;  // a session outlives its connections
  };
  struct IsolatedChannel {
    ServerUdpSession* session;
    ServerUdpSession::Channel* channel;  // the session's; its Close ends the connection, too
  };
  template <class T>
  using Boxed = std::unique_ptr<T>;  // never null
  using Role =
      std::variant<Boxed<ReadingHeader>, Boxed<OpeningChannel>, Boxed<ServerTcpRelay>,
                   Boxed<ServerV0Channel>, Boxed<Crumfurs>, IsolatedChannel, Boxed<ServerMux>>;
  using AlarmKey = std::variant<ConnectionId, SessionKey>;
  struct Connection {
    Role role;
    Tally* counted_in;           // one of the directory's; holds one of it
    std::optional<UserId> user;  // set once the header is accepted
    Deadlines<AlarmKey>::Alarm alarm;

    template <class T, class... From>
    T& become(From&&... from) {
      return *role.emplace<Boxed<T>>(std::make_unique<T>(std::forward<From>(from)...));
    }
  };
  struct Session {
    std::unique_ptr<ServerUdpSession> udp;
    Deadlines<AlarmKey>::Alarm alarm;
  };
  // A v0 channel by its id.
  using MappingOwner = std::variant<ServerUdpSession*, ServerMux*, ConnectionId>;
  struct Mapping {
    MappingOwner owner;
    ConeTable::Mapping* in_cone;  // a session's
  };

  // From first octet to a role: server_requests.cpp.
  struct Request;
  void read_header(ConnectionId id, Connection& connection, ByteView bytes, TimePoint now,
                   ServerActions& out);
  void reject(ConnectionId id, Connection& connection, TimePoint now, ServerActions& out);
  void accept(Request request, Connection& connection, ServerActions& out);
  void begin(Request request, Connection& connection, ServerActions& out);
  void begin_tcp(Request request, Connection& connection, ServerActions& out);
  void begin_mux(Request request, Connection& connection, ServerActions& out);
  void begin_crumfurs(Request request, Connection& connection, ServerActions& out);
  void begin_channel(Request request, Connection& connection, ServerActions& out);
  void open_channel(Request request, Connection& connection, const Endpoint& destination,
                    ServerActions& out);
  void open_v0_channel(Request request, Connection& connection, const Endpoint& destination,
                       ServerActions& out);
  void on_channel_resolved(ConnectionId id, Connection& connection,
                           std::span<const IpAddress> addresses, TimePoint now, ServerActions& out);
  void refuse(ConnectionId id, ServerActions& out);
  ServerUdpSession* begin_session(const SessionKey& key, MappingPolicy mapping, ServerActions& out);
  void end_longest_cut(UserId user, ServerActions& out);

  // Targets, and who has them: server_targets.cpp.
  ServerTcpRelay* find_relay(ConnectionId id);
  ServerMux* find_mux(ConnectionId id);
  template <class RelayFact, class MuxFact>
  void tell_owner(TargetId id, ServerActions& out, RelayFact to_relay, MuxFact to_mux);
  void settle_relay(ConnectionId id, const ServerActions& out, std::size_t from);
  void settle_mux(ConnectionId id, ServerActions& out, std::size_t from);
  void end_mux(ServerMux& mux, ServerActions& out);

  // Tables and alarms: server.cpp.
  Connection* find(ConnectionId id);
  SessionKey key_of(const Connection& connection, const RequestHeader& header) const;
  ServerUdpSession* find_session(const SessionKey& key);
  void close(ConnectionId id, ServerActions& out);
  void forget(ConnectionId id);
  void settle(const ServerActions& out, std::size_t from, std::optional<MappingOwner> owner = {});
  void settle_session(SessionKey key, const ServerActions& out, std::size_t from);
  void on_connection_deadline(ConnectionId id, TimePoint now, ServerActions& out);
  void set_alarm(ConnectionId id, Connection& connection, std::optional<TimePoint> due);

  const ServerSettings& settings_;
  UserDirectory& users_;
  Shard shard_;
  std::uint64_t hash_seed_;
  IdSource<MappingId> mapping_ids_;
  boost::unordered_flat_map<ConnectionId, Connection, IdHash> connections_;
  boost::unordered_flat_map<SessionKey, Session, SessionKeyHash> sessions_;
  boost::unordered_flat_map<MappingId, Mapping, IdHash> mappings_;
  Deadlines<AlarmKey> deadlines_;
  ServerCounters counters_;
};

}  // namespace fullcone
