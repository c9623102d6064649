// What a server must do, written from SPEC.md with plain sets and sharing no code with the core. It
// watches one server: before the core is told a fact, the model says what has to follow; each order
// is held against that; and once the fact is dealt with, nothing due may be missing. A datagram to
// the client may be missing, where a bounded queue is full: whether it was counted the counters
// tell. Rules: HDR, AUTH, TCP-1, EGRESS-1, UDP, CRUM, CONE. Not judged: what a fallback says, and
// what EGRESS-2's limits do where they are said to be in reach.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
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
#include "wire/length_prefixed.hpp"
#include "wire/request_header.hpp"

namespace fullcone::sim {

// The settings that the rules leave open.
struct ReferenceBounds {
  Duration header_timeout{};
  Duration grace{};
  Duration mapping_idle{};
  Duration mapping_inbound_only{};
  std::size_t heard = 0;  // peers per session
  bool has_fallback = false;
  bool limits_in_reach = false;  // a valid request may be refused for a limit
  std::function<bool(const Endpoint&)> egress_allows;
};

class ReferenceModel {
 public:
  using ConnectionNumber = std::uint64_t;

  ReferenceModel(Findings& findings, ReferenceBounds bounds, const std::vector<Uuid>& users);

  // From now on a valid request may be refused, or take another session's place, for one of
  // EGRESS-2's limits.
  void put_limits_in_reach() { bounds_.limits_in_reach = true; }

  // The server starts afresh: connections, sessions and ports are no more.
  void on_restarted();

  // ----- facts, before the core is told; `now` never goes back
  void on_accepted(ConnectionNumber id, TimePoint now);
  void on_bytes(ConnectionNumber id, ByteView bytes, TimePoint now);
  void on_end_of_stream(ConnectionNumber id, TimePoint now);
  void on_lost(ConnectionNumber id, TimePoint now);
  void on_resolved(ConnectionNumber id, std::span<const IpAddress> addresses, TimePoint now);
  void on_target_bytes(ConnectionNumber id, ByteView bytes, TimePoint now);
  void on_datagram(const Endpoint& external, const Endpoint& source, ByteView payload,
                   TimePoint now);
  void on_deadline(TimePoint now);
  // Any other: of the target, of the system, or the server's own end.
  void on_other(TimePoint now);
  void on_shutdown(TimePoint now);

  // ----- orders, as they are carried out
  void on_written(ConnectionNumber id, ByteView head, ByteView payload);
  void on_closed(ConnectionNumber id);
  void on_target_dialled(ConnectionNumber id, const Endpoint& target);
  void on_target_written(ConnectionNumber id, ByteView bytes);
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
  using Octets16 = std::array<std::uint8_t, 16>;
  using SessionName = std::pair<Octets16, Octets16>;  // user, session id (CONE-9)

  enum class Phase : std::uint8_t {
    header,
    resolving,  // a UDP request for a name
    tcp,
    channel,
    v0_channel,
    crumfurs,
    unjudged,  // relayed to the fallback, or without a port for want of one
    doomed,    // must be closed, silently
  };
  struct Connection {
    Phase phase = Phase::header;
    TimePoint accepted_at{};
    Bytes received;  // the header, until it is whole; then frames that wait for a name's address
    RequestHeader request;
    SessionName session;
    Endpoint destination;              // of a channel
    std::optional<Endpoint> external;  // the port it sends through, once that is open
    LengthPrefixedStream frames;
    bool answered = false;  // v0: the response header has been written
    Bytes to_target;        // TCP: what the target has still to get
    Bytes to_client;        // TCP: what the client has still to get
  };
  struct Heard {
    Endpoint external;
    std::uint64_t when = 0;  // a count of datagrams
  };
  struct Pin {
    Endpoint destination;
    Endpoint external;
  };
  struct Session {
    std::optional<ConnectionNumber> crumfurs;
    std::optional<TimePoint> cut_at;
    MappingPolicy mapping = MappingPolicy::by_destination;
    std::map<Endpoint, std::vector<ConnectionNumber>> channels;  // opened last, last
    std::map<Endpoint, Endpoint> dialled;                        // destination -> external port
    std::map<Endpoint, Heard> heard;
    std::map<Family, Endpoint> by_family;  // endpoint-independent only
    std::map<NamedEndpoint, Pin> pins;
    std::deque<Bytes> waiting;  // whole messages, oldest first, while CRUMFURS is cut
  };
  struct Port {
    std::optional<SessionName> session;  // none: of v0, or unaccounted for
    std::optional<ConnectionNumber> v0;
    std::optional<Endpoint> opened_for;
    std::set<Endpoint> heard_from;
    TimePoint last_out{};
    TimePoint last_in{};
  };
  struct DueSend {
    ConnectionNumber channel{};
    Endpoint destination;
    Bytes payload;
  };
  enum class DueKind : std::uint8_t { answer, frame, umfurs };  // only an answer may not be missing
  struct DueWrite {
    ConnectionNumber connection{};
    DueKind kind{};
    Bytes octets;
  };

  // From facts to what is due: reference_facts.cpp.
  void begin(TimePoint now);
  void read_header(ConnectionNumber id, Connection& connection);
  void reject(ConnectionNumber id, Connection& connection, std::string_view rule);
  void doom(ConnectionNumber id, std::string_view rule);
  void begin_request(ConnectionNumber id, Connection& connection, Bytes early);
  void begin_crumfurs(ConnectionNumber id, Connection& connection, bool violated);
  void begin_udp(ConnectionNumber id, Connection& connection, Bytes early);
  void open_channel(ConnectionNumber id, Connection& connection, const Endpoint& destination,
                    const Bytes& early);
  std::optional<Endpoint> port_towards(const Session& session, const Endpoint& destination) const;
  void read_frames(ConnectionNumber id, Connection& connection, ByteView bytes);
  void hear(Session& session, const Endpoint& external, const Endpoint& source);
  void deliver(Session& session, const Endpoint& source, ByteView payload);
  void deliver_v0(ConnectionNumber id, ByteView payload);
  void cut_crumfurs(const SessionName& name);
  void end_session(const SessionName& name);
  TimePoint expiry(const Port& port) const;

  // From orders back to what was due: reference_orders.cpp.
  bool take_due_write(ConnectionNumber id, ByteView octets);
  void check_relayed(Bytes& due, ByteView octets, std::string_view direction);
  void judge_sender(const Port& port, const Endpoint& external, const Endpoint& destination);
  bool may_close(const Connection& connection) const;
  bool limits_may_act(const Connection& connection) const;
  void leave(ConnectionNumber id, const Connection& connection);
  void forget_port(const Endpoint& external);
  void report(std::string_view rule, std::string what);
  void clear_due();

  Findings& findings_;
  ReferenceBounds bounds_;
  std::set<Octets16> users_;

  TimePoint now_{};
  std::uint64_t datagrams_heard_ = 0;
  std::map<ConnectionNumber, Connection> connections_;
  std::map<SessionName, Session> sessions_;
  std::map<Endpoint, Port> ports_;

  // What is due of the fact at hand.
  std::map<ConnectionNumber, std::string_view> due_closes_;  // with the rule
  std::set<Endpoint> due_port_closes_;
  std::deque<DueSend> due_sends_;
  std::deque<DueWrite> due_writes_;
  std::optional<ConnectionNumber> due_port_for_;
  std::optional<ConnectionNumber> requested_;  // its header has just become whole
  bool at_deadline_ = false;
  bool shutting_down_ = false;

  std::uint64_t delivered_on_channel_ = 0;
  std::uint64_t delivered_on_crumfurs_ = 0;
  std::uint64_t sent_ = 0;
};

}  // namespace fullcone::sim
