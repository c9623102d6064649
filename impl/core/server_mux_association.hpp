// One UDP stream of a mux connection on the server: a full-cone association with one external port
// per address family for all destinations. What it sends and opens it orders itself; what comes in
// for the client its owner, ServerMux, writes to the stream. Rules: MUX-1, and UDP-5, UDP-7, UDP-8,
// CONE-8, CONE-9, CONE-11 with the stream in place of the session; EGRESS-1.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>

#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "core/cone_table.hpp"
#include "core/egress_policy.hpp"
#include "core/ids.hpp"
#include "core/limits.hpp"
#include "core/server_actions.hpp"
#include "core/server_counters.hpp"
#include "wire/address.hpp"

namespace fullcone {

class ServerMuxAssociation {
 public:
  // What the streams of a connection have in common; outlives them.
  struct Site {
    ConnectionId connection;
    const ServerLimits& limits;
    const EgressPolicy& egress;
    IdSource<MappingId>& mapping_ids;
    ServerCounters& counters;
    std::uint64_t hash_seed;
  };

  ServerMuxAssociation(const Site& site, mux::StreamId stream);

  // A datagram of the client: sent, waiting for its name, or dropped and counted.
  void on_client_datagram(const Destination& peer, ByteView payload, TimePoint now,
                          ServerActions& out);
  void on_resolved(std::uint32_t lookup, std::span<const IpAddress> addresses, TimePoint now,
                   ServerActions& out);
  // A datagram that came in at a mapping; false: it goes no further, and is counted.
  bool on_datagram(MappingId mapping, const Endpoint& source, ByteView payload, TimePoint now);
  // The system gave no socket; the next datagram asks for another.
  void on_mapping_failed(MappingId mapping) { forget(mapping); }

  void on_deadline(TimePoint now, ServerActions& out);
  std::optional<TimePoint> next_deadline() const { return cone_.next_expiry(); }
  void end(ServerActions& out);

  const ConeTable& cone() const { return cone_; }

 private:
  struct Lookup {
    NamedEndpoint name;
    std::deque<Bytes> waiting;
  };

  void send(const Endpoint& peer, ByteView payload, TimePoint now, ServerActions& out);
  void wait_for_address(const NamedEndpoint& name, ByteView payload, ServerActions& out);
  void forget(MappingId mapping);

  const Site& site_;
  mux::StreamId stream_;
  ConeTable cone_;
  boost::unordered_flat_map<Destination, Endpoint, DestinationHash> pins_;
  boost::unordered_flat_map<Destination, std::uint32_t, DestinationHash> lookup_of_;
  boost::unordered_flat_map<std::uint32_t, Lookup> lookups_;
  std::uint32_t last_lookup_ = 0;
  std::size_t waiting_bytes_ = 0;
};

}  // namespace fullcone
