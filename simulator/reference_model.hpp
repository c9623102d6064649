// What a server must do, written from SPEC.md with plain sets and sharing no code with the core. It
// watches one server: before the core is told a fact, the model says what has to follow; each order
// is held against that; and once the fact is dealt with, nothing due may be missing. A datagram to
// the client may be missing where a bounded queue has no room for it: whether it was counted the
// counters tell. Rules: HDR, AUTH, RSP, TCP, EGRESS, UDP, CRUM, CONE, MUX. Not judged: what a
// fallback says.
#pragma once

#include <array>
#include <boost/container/small_vector.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "base/uuid.hpp"
#include "simulator/findings.hpp"
#include "simulator/numbered_table.hpp"
#include "simulator/reference_mux.hpp"
#include "simulator/reference_tcp.hpp"
#include "simulator/reference_wire.hpp"
#include "wire/length_prefixed.hpp"
#include "wire/request_header.hpp"

namespace fullcone::sim {

// The settings that the rules leave open.
struct ReferenceBounds {
  Duration header_timeout{};
  Duration grace{};
  Duration mapping_idle{};
  Duration mapping_inbound_only{};
  bool has_fallback = false;
  ReferenceTcp::Bounds tcp;

  // EGRESS-2
  std::size_t unauthenticated = 0;       // connections
  std::size_t connections_per_user = 0;  // authenticated ones
  std::size_t sessions_per_user = 0;
  std::size_t channels = 0;  // this and what follows: per session
  std::size_t ports = 0;
  std::size_t dialled = 0;  // destinations, and names pinned
  std::size_t heard = 0;    // peers

  // CRUM-10: octets that wait to be written, the one message that an empty queue takes apart.
  std::size_t channel_queue = 0;
  std::size_t channel_burst = 0;  // the same while fewer than `burst_time` have waited
  Duration burst_time{};
  std::size_t crumfurs_queue = 0;  // and while it is cut

  bool offers_mux = false;
  ReferenceMux::Bounds mux;
  std::size_t resolving = 0;  // octets of datagrams that wait for names, per UDP stream
};

class ReferenceModel {
 public:
  using ConnectionNumber = std::uint64_t;
  using StreamNumber = ReferenceMux::StreamNumber;
  // A TCP target: a connection's own, or that of a stream of a mux connection.
  struct TargetNumber {
    TargetNumber(ConnectionNumber of, StreamNumber in = 0) : connection(of), stream(in) {}
    ConnectionNumber connection;
    StreamNumber stream;
    auto operator<=>(const TargetNumber&) const = default;
  };
  // A name that is being resolved: a request's, or the nth that a stream asks for.
  struct LookupNumber {
    LookupNumber(ConnectionNumber of, StreamNumber in = 0, std::uint32_t which = 0)
        : connection(of), stream(in), nth(which) {}
    ConnectionNumber connection;
    StreamNumber stream;
    std::uint32_t nth;
  };

  ReferenceModel(Findings& findings, ReferenceBounds bounds, const std::vector<Uuid>& users);

  // The server starts afresh: connections, sessions and ports are no more.
  void on_restarted();

  // ----- facts, before the core is told; `now` never goes back
  void on_accepted(ConnectionNumber id, TimePoint now);
  void on_bytes(ConnectionNumber id, ByteView bytes, TimePoint now);
  void on_end_of_stream(ConnectionNumber id, TimePoint now);
  void on_lost(ConnectionNumber id, TimePoint now);
  // Octets of its writes have left the queue. No fact of its own: nothing follows from it.
  void on_drained(ConnectionNumber id, std::size_t octets);
  void on_resolved(LookupNumber lookup, std::span<const IpAddress> addresses, TimePoint now);
  void on_target_connected(TargetNumber id, TimePoint now);
  void on_target_failed(TargetNumber id, TimePoint now);
  void on_target_bytes(TargetNumber id, ByteView bytes, TimePoint now);
  void on_target_end(TargetNumber id, TimePoint now);
  void on_target_lost(TargetNumber id, TimePoint now);
  // Octets have left for it. No fact of its own.
  void on_target_drained(TargetNumber id, std::size_t octets);
  void on_datagram(const Endpoint& external, const Endpoint& source, ByteView payload,
                   TimePoint now);
  void on_deadline(TimePoint now);
  // Any other, of the system.
  void on_other(TimePoint now);
  void on_shutdown(TimePoint now);

  // ----- orders, as they are carried out
  void on_written(ConnectionNumber id, ByteView head, ByteView payload);
  void on_half_closed(ConnectionNumber id);
  void on_closed(ConnectionNumber id);
  void on_lookup(LookupNumber id, std::string_view host);
  void on_target_dialled(TargetNumber id, const Endpoint& target);
  void on_target_written(TargetNumber id, ByteView bytes);
  void on_target_half_closed(TargetNumber id);
  void on_target_closed(TargetNumber id);
  void on_port_opened(const Endpoint& external);
  void on_port_failed();  // the system had none to give
  void on_port_closed(const Endpoint& external);
  void on_sent(const Endpoint& external, const Endpoint& destination, ByteView payload);
  // All orders of the fact have been carried out.
  void on_settled();

  // ----- what it has counted
  std::uint64_t delivered_on_channel() const { return delivered_on_channel_; }
  std::uint64_t delivered_on_crumfurs() const { return delivered_on_crumfurs_; }
  std::uint64_t sent() const { return sent_; }
  std::size_t connections() const { return connections_.size(); }
  std::size_t sessions() const { return sessions_.size(); }
  std::size_t ports() const { return ports_.size(); }

 private:
  template <class Value>
  using ByEndpoint = boost::unordered_flat_map<Endpoint, Value, EndpointHash>;
  using EndpointSet = boost::unordered_flat_set<Endpoint, EndpointHash>;
  using SessionName = std::pair<Octets16, Octets16>;  // user, session id (CONE-9)

  enum class Phase : std::uint8_t {
    header,
    resolving,  // a UDP request for a name
    tcp,
    channel,
    v0_channel,
    crumfurs,
    mux,
    unjudged,  // relayed to the fallback, or without a port for want of one
    doomed,    // must be closed, silently
  };
  // A UDP stream of a mux connection (MUX-1).
  struct Association {
    struct Lookup {
      NamedEndpoint name;
      std::uint32_t nth = 0;                        // 0: it has not been asked for yet
      std::vector<std::pair<Bytes, bool>> waiting;  // and whether the bound may drop it
    };
    std::map<Family, Endpoint> external;
    std::set<Family> asked;  // ports that are due
    std::map<NamedEndpoint, Endpoint> pins;
    std::vector<Lookup> lookups;
    std::size_t waiting_octets = 0;
  };
  struct Mux {
    ReferenceMux wire;
    std::map<StreamNumber, ReferenceTcp> tcp;
    std::map<StreamNumber, Association> udp;
    std::set<StreamNumber> targets;   // that are dialled or connected
    std::set<StreamNumber> over_now;  // streams that have ended in the fact at hand
  };
  class MuxTurn;  // what the wire tells, for the time of one call
  struct Connection {
    Phase phase = Phase::header;
    TimePoint accepted_at{};
    Bytes received;  // the header, until it is whole; then frames that wait for a name's address
    ReferenceRequest request;
    SessionName session;
    Endpoint destination;              // of a channel
    std::optional<Endpoint> external;  // the port it sends through, once that is open
    std::string_view port_rule;        // why through that one, or through a new one
    LengthPrefixedStream frames;
    bool answered = false;   // v0: the response header has been written
    std::size_t queued = 0;  // octets written that have not left
    TimePoint queued_since;  // there were none just before
    std::unique_ptr<ReferenceTcp> tcp;
    std::unique_ptr<Mux> mux;
  };
  struct Heard {
    Endpoint external;
    std::uint64_t when = 0;  // a count of datagrams
    bool formless = false;   // all that it sent there had no UMFURS form
  };
  struct Pin {
    Endpoint destination;
    Endpoint external;
  };
  struct Session {
    std::optional<ConnectionNumber> crumfurs;
    std::optional<TimePoint> cut_at;
    MappingPolicy mapping = MappingPolicy::by_destination;
    ByEndpoint<boost::container::small_vector<ConnectionNumber, 1>> channels;  // opened last, last
    std::size_t channels_open = 0;
    ByEndpoint<Endpoint> dialled;  // destination -> external port
    ByEndpoint<Heard> heard;
    EndpointSet pushed_out;                // heard once, and forgotten for the bound
    std::map<Family, Endpoint> by_family;  // endpoint-independent only
    std::size_t ports = 0;
    std::map<NamedEndpoint, Pin> pins;
    std::deque<Bytes> waiting;  // whole messages, oldest first, while CRUMFURS is cut
    std::size_t waiting_octets = 0;
  };
  struct Port {
    std::optional<SessionName> session;  // none: of v0, or unaccounted for
    std::optional<ConnectionNumber> v0;
    std::optional<TargetNumber> mux;  // a UDP stream
    std::optional<Endpoint> opened_for;
    EndpointSet heard_from;  // beside that
    TimePoint last_out{};
    TimePoint last_in{};
  };
  struct DueSend {
    ConnectionNumber channel{};
    Endpoint destination;
    Bytes payload;
    std::string_view rule;  // that it breaks not to send it
  };
  struct DueMuxSend {
    TargetNumber stream;
    Endpoint destination;
    Bytes payload;
    bool may_be_dropped = false;
  };
  enum class DueKind : std::uint8_t { answer, frame, umfurs };
  struct DueWrite {
    ConnectionNumber connection{};
    DueKind kind{};
    Bytes octets;
    std::size_t payload = 0;  // octets of it, at the end
    std::string_view rule;    // that it breaks not to write it, there being room
  };
  // The port towards a destination, and the rule that says so; none: a new one.
  struct PortChoice {
    std::optional<Endpoint> external;
    std::string_view rule;
  };
  struct Breach {
    std::string_view rule;
    std::string what;
  };

  // From facts to what is due: reference_facts.cpp.
  Connection* find(ConnectionNumber id);
  void begin(TimePoint now);
  void look_for_the_overdue();
  void look_by(TimePoint due);
  void read_frames(ConnectionNumber id, Connection& connection, ByteView bytes, bool early);
  void hear(Session& session, const Endpoint& external, const Endpoint& source, bool formless);
  void deliver(Session& session, const Endpoint& source, ByteView payload);
  void deliver_v0(ConnectionNumber id, ByteView payload);
  void cut_crumfurs(const SessionName& name);
  void end_session(const SessionName& name);
  TimePoint expiry(const Port& port) const;
  template <class Fact>
  void tell_tcp(TargetNumber id, TimePoint now, Fact&& fact);

  // From a header to a role: reference_requests.cpp.
  void read_header(ConnectionNumber id, Connection& connection);
  void reject(ConnectionNumber id, Connection& connection, std::string_view rule);
  void doom(ConnectionNumber id, std::string_view rule);
  void begin_request(ConnectionNumber id, Connection& connection, Bytes early);
  void begin_crumfurs(ConnectionNumber id, Connection& connection, bool violated);
  bool make_room_for_session(const Octets16& user);
  void begin_udp(ConnectionNumber id, Connection& connection, const Bytes& early);
  std::string_view rule_without_crumfurs(const SessionName& name) const;
  void open_channel(ConnectionNumber id, Connection& connection, const Endpoint& destination,
                    const Bytes& early);
  bool within_limits(const Session& session, const Connection& connection,
                     const PortChoice& port) const;
  PortChoice port_towards(const Session& session, const Endpoint& destination) const;

  // Mux connections: reference_mux_server.cpp.
  ReferenceTcp* find_tcp(TargetNumber id);
  Association* find_association(TargetNumber id);
  void begin_mux(ConnectionNumber id, Connection& connection, const Bytes& early);
  void read_mux(ConnectionNumber id, Connection& connection, ByteView bytes);
  void write_mux(ConnectionNumber id, Connection& connection, ByteView octets);
  void look_at_mux(TimePoint now, Connection& connection);
  void end_mux(const Connection& connection);
  void release(const Association& association);
  void send_by_mux(TargetNumber id, const Destination& peer, ByteView payload);
  void send_by_mux(TargetNumber id, const Endpoint& peer, ByteView payload, bool may_be_dropped);
  void on_mux_resolved(LookupNumber id, std::span<const IpAddress> addresses);
  bool take_mux_port(const Endpoint& external, Port& port);
  bool fail_mux_port();
  void forget_mux_port(const Endpoint& external, const Port& port);
  void on_mux_sent(Port& port, const Endpoint& destination, ByteView payload);
  void deliver_by_mux(Port& port, const Endpoint& source, ByteView payload);
  void settle_mux(ConnectionNumber id, Mux& mux);
  void settle_mux_sends();

  // From orders back to what was due: reference_orders.cpp.
  bool take_due_write(Connection& connection, ConnectionNumber id, ByteView octets);
  void judge_sender(const Port& port, const Endpoint& external, const Endpoint& destination);
  void leave(ConnectionNumber id, const Connection& connection);
  void forget_port(const Endpoint& external);
  ReferenceTcp::Report reporter(ConnectionNumber id);
  void report(std::string_view rule, std::string what);
  void clear_due();

  // Which rule an order breaks that nothing called for: reference_verdicts.cpp.
  Breach breach_of_write(ConnectionNumber id, const Connection& connection, ByteView octets) const;
  std::string_view breach_on_crumfurs(const Connection& connection, ByteView octets) const;
  std::string_view breach_on_channel(ConnectionNumber id, const Connection& connection,
                                     ByteView octets) const;
  std::string_view breach_on_v0_channel(ConnectionNumber id, ByteView octets) const;
  std::optional<Breach> breach_of_close(ConnectionNumber id, const Connection& connection) const;
  std::string_view breach_of_session_close(ConnectionNumber id, const Connection& connection) const;
  std::string_view breach_of_port_close(const Port& port) const;
  bool is_missing(const DueWrite& due) const;
  bool has_room(const DueWrite& due, const Connection& connection, std::size_t queued) const;

  Findings& findings_;
  ReferenceBounds bounds_;
  std::set<Octets16> users_;

  TimePoint now_{};
  TimePoint look_at_ = TimePoint::max();  // nothing can be overdue before
  std::uint64_t datagrams_heard_ = 0;
  NumberedTable<ConnectionNumber, Connection> connections_;
  std::map<SessionName, Session> sessions_;
  ByEndpoint<Port> ports_;

  // What is due of the fact at hand.
  std::map<ConnectionNumber, std::string_view> due_closes_;  // with the rule
  std::map<Endpoint, std::string_view> due_port_closes_;     // likewise
  std::deque<DueSend> due_sends_;
  std::deque<DueWrite> due_writes_;
  std::deque<DueMuxSend> due_mux_sends_;
  std::deque<std::pair<TargetNumber, Family>> due_mux_ports_;
  std::set<std::pair<TargetNumber, Family>> failed_mux_ports_;
  std::optional<ConnectionNumber> due_port_for_;
  std::set<ConnectionNumber> settling_;        // streams that the fact is about
  std::optional<ConnectionNumber> requested_;  // it has just begun, or its request become whole
  bool at_deadline_ = false;
  bool shutting_down_ = false;
  Bytes joined_;  // of a write at hand

  std::uint64_t delivered_on_channel_ = 0;
  std::uint64_t delivered_on_crumfurs_ = 0;
  std::uint64_t sent_ = 0;
};

}  // namespace fullcone::sim
