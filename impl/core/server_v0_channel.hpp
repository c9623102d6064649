// A v0 CMD_UDP connection: one destination, one mapping of its own, no session. What others than
// the destination send is dropped, for v0 cannot name another sender. Rules: UDP-1, UDP-5, UDP-6,
// RSP-0; the mapping idles out as CONE-11 says.
#pragma once

#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "core/limits.hpp"
#include "core/mapping_traffic.hpp"
#include "core/send_budget.hpp"
#include "core/server_actions.hpp"
#include "core/server_counters.hpp"
#include "wire/length_prefixed.hpp"

namespace fullcone {

class ServerV0Channel {
 public:
  ServerV0Channel(ConnectionId connection, MappingId mapping, const Endpoint& destination,
                  const SessionLimits& limits, ServerCounters& counters)
      : connection_(connection),
        mapping_(mapping),
        destination_(destination),
        limits_(limits),
        counters_(counters),
        budget_(limits.channel_queue_bytes) {}

  void start(TimePoint now, ServerActions& out);
  void on_bytes(ByteView bytes, TimePoint now, ServerActions& out);
  void on_datagram(const Endpoint& source, ByteView payload, TimePoint now, ServerActions& out);
  void on_written(std::size_t octets) { budget_.written(octets); }
  void on_connection_gone(ServerActions& out) { out.push(server::CloseMapping{mapping_}); }

  void on_deadline(TimePoint now, ServerActions& out);
  TimePoint deadline() const { return traffic_.expiry(limits_); }

 private:
  ConnectionId connection_;
  MappingId mapping_;
  Endpoint destination_;
  const SessionLimits& limits_;
  ServerCounters& counters_;
  LengthPrefixedStream frames_;
  SendBudget budget_;
  bool answered_ = false;
  MappingTraffic traffic_;
};

}  // namespace fullcone
