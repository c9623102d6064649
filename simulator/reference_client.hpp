// What a client must do, written from SPEC.md with plain maps and sharing no code with the core. It
// watches one client as ReferenceModel watches a server: facts before the core is told, orders as
// they are carried out, and nothing due may be missing once a fact is dealt with. Datagrams may be
// lost where a bounded queue has no room, and while they wait for a channel. Rules: UDP-1, UDP-3,
// UDP-8, CRUM-1, CRUM-3..6, CRUM-8, TCP-1, TCP-2, MUX, SOCKS. Not judged: HTTP CONNECT, and which
// new destinations go by mux in auto.
//
// A connection may be dialled before anybody needs it. Whose it is then shows with its request;
// those without one are bounded in number and age, and none is there when no request has come for
// long.
#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "core/action_list.hpp"
#include "core/client_settings.hpp"
#include "core/ids.hpp"
#include "simulator/findings.hpp"
#include "simulator/judge.hpp"
#include "simulator/numbered_table.hpp"
#include "simulator/reference_mux.hpp"
#include "simulator/reference_socks.hpp"
#include "simulator/reference_tunnel.hpp"
#include "simulator/reference_wire.hpp"
#include "wire/length_prefixed.hpp"

namespace fullcone::sim {

class ReferenceClient {
 public:
  // Both outlive it. The ledger is told of datagrams that may be sent once more.
  ReferenceClient(Judge& judge, const ClientSettings& settings)
      : findings_(judge.findings), ledger_(judge.ledger), settings_(settings) {}

  // The client starts afresh.
  void on_restarted();

  // ----- facts
  void on_local_accepted(LocalId id, const IpAddress& app, const IpAddress& address, TimePoint now);
  void on_local_bytes(LocalId id, ByteView bytes, TimePoint now);
  void on_local_end(LocalId id, TimePoint now);
  void on_local_lost(LocalId id, TimePoint now);
  void on_app_datagram(LocalId id, const Endpoint& source, ByteView datagram, TimePoint now);
  void on_server_connected(ConnectionId id, TimePoint now);
  void on_server_bytes(ConnectionId id, ByteView bytes, TimePoint now);
  void on_server_end(ConnectionId id, TimePoint now);
  void on_server_lost(ConnectionId id, TimePoint now);          // or it never came up
  void on_server_drained(ConnectionId id, std::size_t octets);  // no fact of its own
  void on_local_drained(LocalId id, std::size_t octets);        // likewise
  void on_other(TimePoint now);
  void on_shutdown(TimePoint now);

  // ----- orders
  void on_connect(ConnectionId id);
  void on_server_written(ConnectionId id, ByteView octets);
  void on_server_half_closed(ConnectionId id);
  void on_server_closed(ConnectionId id, CloseKind kind);
  void on_local_written(LocalId id, ByteView octets);
  void on_local_half_closed(LocalId id);
  void on_local_closed(LocalId id);
  void on_relay_wanted(LocalId id, const IpAddress& address);
  void on_relay_closed(LocalId id);
  void on_sent_to_app(LocalId id, const Endpoint& app, ByteView datagram);
  // All orders of the fact have been carried out.
  void on_settled();

 private:
  template <class Value>
  using ByDestination = boost::unordered_flat_map<Destination, Value, DestinationHash>;
  struct Local {  // a connection of an app: a handshake, then a tunnel or an association
    IpAddress app;
    IpAddress address;  // of the client, as the app knows it
    Bytes handshake;
    bool over = false;  // it has ended, or must be closed
    std::optional<ReferenceTunnel> tunnel;
    bool is_association = false;
    bool lost_track =
        false;  // one of several that dial for the first time again: which, is unknown
    bool has_relay = false;
    std::optional<Endpoint> pinned;        // the app's UDP socket
    std::optional<Octets16> session;       // once a CRUMFURS request has told
    std::optional<ConnectionId> crumfurs;  // requested
    bool established = false;
    bool any_wanted = false;                    // it has had a datagram to send
    bool closed_by_server = false;              // CRUMFURS, and no datagram since
    std::size_t reply_octets = 0;               // of the proxy's own, that have not left
    std::optional<TimePoint> redial_by;         // CRUMFURS was cut
    ByDestination<std::vector<Bytes>> waiting;  // not seen on a channel yet
    // Its UDP channels, opened first, first.
    ByDestination<boost::container::small_vector<ConnectionId, 1>> channels;
  };
  using StreamNumber = ReferenceMux::StreamNumber;
  struct Mux {
    ReferenceMux wire;
    // Whose each stream is; an association's shows with its first datagram.
    std::map<StreamNumber, std::optional<LocalId>> owners;
    std::size_t request_octets = 0;  // that have not left
  };
  class MuxTurn;                   // what the wire tells, for the time of one call
  struct Channel {                 // a connection to the server
    std::optional<LocalId> owner;  // unknown until its request, unless it is dialled for an app
    bool was_ready = false;        // it was up before its owner was known
    TimePoint dialled_at{};
    std::optional<TimePoint> up_at;
    TimePoint requested_at{};
    bool passed = false;          // octets of the app have followed the request
    bool answered = false;        // something has come back
    std::vector<Bytes> doubtful;  // datagrams sent while nothing has come back, if it was ready
    std::optional<Command> command;
    Destination destination;
    LengthPrefixedStream sent;
    LengthPrefixedStream got;
    Bytes response;  // v0: of the response header
    std::size_t queued = 0;
    std::unique_ptr<Mux> mux;
  };
  struct Unopened {  // a tunnel that has no stream yet
    LocalId local{};
    Destination target;
    bool doubted = false;  // a connection was lost that may have been its own
  };
  struct DueToApp {
    LocalId local{};
    Destination source;
    Bytes payload;
    std::string_view rule;  // that it breaks not to send it
    bool is(ByteView datagram) const;
  };

  // What facts make due: reference_client.cpp.
  void begin(TimePoint now, const Channel* channel);
  void begin(TimePoint now, std::optional<LocalId> acting);
  void read_crumfurs(ConnectionId id, Channel& channel, ByteView bytes);
  void read_channel(Channel& channel, ByteView bytes);
  std::optional<ByteView> behind_response(Channel& channel, ByteView bytes) const;
  void expect_redial(Local& local);
  void drop(ConnectionId id);
  Local* find(LocalId id);
  Channel* find(ConnectionId id);
  Local* owner_of(const Channel* channel);

  // Connections that nobody owns yet: reference_client_ready.cpp.
  void judge_count_of_spares();
  void judge_age_of_spares();
  bool is_dialling_a_spare() const;
  void on_spare_failed(const Channel& channel);
  void adopt(ConnectionId id, Channel& channel);
  void note_use(TimePoint at) { used_at_ = std::max(used_at_.value_or(at), at); }
  bool is_doubtful(const Channel& channel) const;
  void give_back_doubtful(Channel& channel);

  // Mux connections: reference_mux_client.cpp.
  bool uses_mux() const {
    return settings_.udp != UdpMode::isolated || settings_.tcp == TcpMode::mux;
  }
  bool goes_by_mux(const Local& local) const {
    return local.is_association ? settings_.udp == UdpMode::mux : settings_.tcp == TcpMode::mux;
  }
  // Everything does, and no connection is dialled for anything else.
  bool all_by_mux() const { return settings_.udp == UdpMode::mux && settings_.tcp == TcpMode::mux; }
  bool may_be_mux(ConnectionId id, const Channel& channel) const;
  bool any_mux_up() const;
  void judge_dial_of_mux();
  void judge_mux_redial();
  void expect_mux_redial(const Mux* mux);
  void begin_mux_tunnel(LocalId id, Local& local);
  void begin_mux(ConnectionId id, Channel& channel, std::size_t request);
  void read_mux(ConnectionId id, Channel& channel, ByteView bytes);
  void write_mux(Channel& channel, ByteView octets);
  void lose_mux(const Channel& channel);
  std::pair<Mux*, StreamNumber> stream_of(LocalId id);
  std::optional<LocalId> sender_of(const Destination& to, ByteView payload);
  std::optional<LocalId> opener_of(const Destination& target);
  void doubt_opening_of(LocalId id);
  void lose_track_of(const Destination& target);
  bool is_held_back(LocalId id);
  void settle_mux(Channel& channel);
  bool is_wanted(const Mux& mux);
  void check_sent_by_mux(LocalId id, const Local& local);

  // What is said to the server: reference_client_requests.cpp.
  void judge_request(ConnectionId id, Channel& channel, ByteView octets);
  void judge_crumfurs(ConnectionId id, Channel& channel, const ReferenceRequest& request);
  void judge_channel(ConnectionId id, Channel& channel, const ReferenceRequest& request);
  void judge_stream(const Channel& channel, const ReferenceRequest& request);
  void judge_payload(Channel& channel, ByteView octets);
  void note_sent(const Destination& to, ByteView payload);
  void judge_datagram(Local& local, const Destination& to, ByteView payload);
  std::optional<LocalId> first_dial_again();

  // Orders held against it: reference_client_orders.cpp.
  void begin_tunnel(Local& local);
  void check_crumfurs_is_wanted(const Local& local);
  void check_credentials(const AskedOfSocks& asked);
  void check_sent(Local& local);
  bool take_due(LocalId id, ByteView datagram);
  void check_delivered();
  void check_not_missed(const DueToApp& due);
  void check_nothing_left(LocalId id, const Local& local);
  void report_broken(std::string_view rule, std::string_view what);
  void report(std::string_view rule, std::string what);

  Findings& findings_;
  Ledger& ledger_;
  const ClientSettings& settings_;
  TimePoint now_{};
  TimePoint look_at_ = TimePoint::max();  // no redial can be overdue before
  std::optional<TimePoint> used_at_;      // the latest request, as far as is known
  bool is_shut_down_ = false;
  NumberedTable<LocalId, Local> locals_;
  NumberedTable<ConnectionId, Channel> channels_;
  std::set<ConnectionId> spares_;  // those of them that nobody owns, without a request

  // What is due of the fact at hand.
  std::optional<LocalId> acting_;  // whom it is about
  std::deque<DueToApp> due_to_app_;
  std::map<ConnectionId, std::string_view> due_closes_;  // with the rule
  std::optional<Destination> sending_;                   // of the app's datagram
  bool is_sent_ = false;                                 // that has left
  std::string_view refused_;  // by this rule the app's datagram may not be taken
  bool replying_ = false;     // what an app gets is the proxy's reply
  std::optional<ConnectionId> coming_up_;
  std::set<ConnectionId> touched_;  // mux connections
  std::deque<Unopened> unopened_;   // tunnels that have no stream yet, in order
  std::set<Destination> unclear_targets_;
  std::optional<ConnectionId> mux_dial_;  // the one that is for streams, where that is known
  std::set<LocalId> go_on_by_mux_;        // associations whose mux connection was lost
  std::optional<TimePoint> mux_redial_by_;
  bool lost_sight_ = false;  // a datagram came for an association that is not known
};

}  // namespace fullcone::sim
