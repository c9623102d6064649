// A mux connection on the server: its endpoint, a TCP target for each of its TCP streams, and an
// association for each UDP stream. Sans-IO: driven by Server. Rules: MUX-1..4, TCP-1..3, EGRESS-1.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "base/time.hpp"
#include "core/deadlines.hpp"
#include "core/egress_policy.hpp"
#include "core/mux_endpoint.hpp"
#include "core/server_actions.hpp"
#include "core/server_mux_association.hpp"
#include "core/target_dial.hpp"

namespace fullcone {

class ServerMux {
 public:
  explicit ServerMux(const ServerMuxAssociation::Site& site);
  ServerMux(const ServerMux&) = delete;
  ServerMux& operator=(const ServerMux&) = delete;

  // ----- facts about the connection
  void on_bytes(ByteView bytes, TimePoint now, ServerActions& out);
  [[nodiscard]] bool on_written(std::size_t octets) { return endpoint_.on_written(octets); }
  void on_room(TimePoint now, ServerActions& out);
  // The client has broken the connection's rules: it is to be closed.
  bool broken() const { return broken_; }
  // The connection is closed or lost: what belongs to it goes.
  void end(ServerActions& out);

  // ----- facts about its streams
  void on_resolved(const LookupId& lookup, std::span<const IpAddress> addresses, TimePoint now,
                   ServerActions& out);
  void on_target_connected(mux::StreamId stream, TimePoint now, ServerActions& out);
  void on_target_failed(mux::StreamId stream, TimePoint now, ServerActions& out);
  void on_target_bytes(mux::StreamId stream, ByteView bytes, TimePoint now, ServerActions& out);
  void on_target_end_of_stream(mux::StreamId stream, TimePoint now, ServerActions& out);
  void on_target_lost(mux::StreamId stream, TimePoint now, ServerActions& out);
  // True: on_room() is wanted.
  [[nodiscard]] bool on_target_written(mux::StreamId stream, std::size_t octets) {
    return endpoint_.on_consumed(stream, octets);
  }
  void on_datagram(MappingId mapping, const Endpoint& source, ByteView payload, TimePoint now,
                   ServerActions& out);
  void on_mapping_failed(MappingId mapping);

  void on_deadline(TimePoint now, ServerActions& out);  // early calls are harmless
  std::optional<TimePoint> next_deadline() const { return deadlines_.next(); }

  const MuxEndpoint& endpoint() const { return endpoint_; }
  std::size_t streams() const { return endpoint_.streams(); }

 private:
  using Alarms = Deadlines<mux::StreamId>;
  struct TcpStream {
    explicit TcpStream(TargetDial way) : dial(std::move(way)) {}

    TargetDial dial;
    Bytes early;  // what came before the target was there; bounded by the stream's credit
    bool connected = false;
    bool client_ended = false;
    bool paused = false;  // the target
    Alarms::Alarm alarm;
  };
  struct UdpStream {
    std::unique_ptr<ServerMuxAssociation> association;
    Alarms::Alarm alarm;
  };
  struct StreamHash {
    using is_avalanching = void;
    std::uint64_t seed = 0;
    std::size_t operator()(mux::StreamId id) const {
      return static_cast<std::size_t>(seeded_hash(seed, static_cast<std::uint32_t>(id), 0, 0));
    }
  };
  class Turn;  // what the endpoint tells, for the time of one fact

  TargetId target_of(mux::StreamId stream) const { return {site_.connection, stream}; }
  TcpStream* find_tcp(mux::StreamId stream);
  void settle_dial(mux::StreamId stream, TargetDial::Outcome outcome, Turn& turn);
  void close_target(mux::StreamId stream, CloseKind kind, ServerActions& out);
  void forget_tcp(mux::StreamId stream);
  void settle_association(mux::StreamId stream, UdpStream& udp, const ServerActions& out,
                          std::size_t from);
  void end_association(mux::StreamId stream, ServerActions& out);

  const ServerMuxAssociation::Site site_;
  MuxEndpoint endpoint_;
  boost::unordered_flat_map<mux::StreamId, TcpStream, StreamHash> tcp_;
  boost::unordered_flat_map<mux::StreamId, UdpStream, StreamHash> udp_;
  boost::unordered_flat_map<MappingId, mux::StreamId, IdHash> by_mapping_;
  Alarms deadlines_;
  bool broken_ = false;
};

}  // namespace fullcone
