// One user's UDP session on the server: its CRUMFURS channel, isolated channels and mappings.
// Sans-IO: the driver, through Server, reports what happened through on_*() and carries out the
// orders appended to `out`, in order. Rules: UDP, CRUM, CONE.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "core/cone_table.hpp"
#include "core/crumfurs_channel.hpp"
#include "core/ids.hpp"
#include "core/limits.hpp"
#include "core/send_budget.hpp"
#include "core/server_actions.hpp"
#include "core/server_counters.hpp"
#include "wire/length_prefixed.hpp"

namespace fullcone {

class ServerUdpSession {
 public:
  // The references outlive the session. `mapping_ids` is shared by the sessions of a shard.
  ServerUdpSession(MappingPolicy policy, const SessionLimits& limits,
                   IdSource<MappingId>& mapping_ids, ServerCounters& counters,
                   std::uint64_t hash_seed);

  // ----- its CRUMFURS channel
  // A CRUMFURS request on `connection`: establishes the channel, or replaces it (CRUM-7).
  void on_crumfurs_opened(ConnectionId connection, ServerActions& out);
  // The channel was cut; the session lives on for the grace period (CRUM-8).
  void on_crumfurs_cut(TimePoint now);
  bool has_crumfurs() const { return crumfurs_.established(); }
  // `octets` have left the send queue of `connection`, which may be CRUMFURS still.
  void on_written(ConnectionId connection, std::size_t octets);
  // When it ends unless the client comes back; nullopt while CRUMFURS is established.
  std::optional<TimePoint> grace_ends() const { return crumfurs_.grace_ends(); }

  // ----- its isolated channels
  // One of them; it lives until on_channel_gone(), or until its Close is ordered.
  struct Channel;
  // The address that `name` was resolved to before, while a mapping of it lives (UDP-7).
  std::optional<Endpoint> pinned(const NamedEndpoint& name) const;
  // A CMD_UDP connection of this session whose header named `destination`, or `name`, which was
  // resolved to it. Null: it is over a bound, and closed.
  Channel* on_channel_opened(ConnectionId channel, const Endpoint& destination,
                             const std::optional<NamedEndpoint>& name, TimePoint now,
                             ServerActions& out);
  // What was read from it: frames, cut anywhere.
  void on_channel_bytes(Channel& channel, ByteView bytes, TimePoint now, ServerActions& out);
  // It ended, either way; its mapping stays (CONE-10).
  void on_channel_gone(ConnectionId channel);
  // `octets` have left its send queue.
  static void on_written(Channel& channel, std::size_t octets);

  // ----- its mappings
  // A datagram read from a mapping's socket; `payload` is read before returning and not kept.
  void on_datagram(ConeTable::Mapping& mapping, const Endpoint& source, ByteView payload,
                   TimePoint now, ServerActions& out);
  // The mapping could not be opened: it goes, with its channels.
  void on_mapping_failed(MappingId mapping, ServerActions& out);

  void on_deadline(TimePoint now, ServerActions& out);  // early calls are harmless
  std::optional<TimePoint> next_deadline() const;       // nullopt: nothing is pending
  // Closes everything the session holds.
  void end(ServerActions& out);
  bool ended() const { return ended_; }

  // An open one; it lives until its CloseMapping is ordered, or it fails.
  ConeTable::Mapping& mapping(MappingId id) const { return *cone_.find(id); }
  const ConeTable& cone() const { return cone_; }
  std::size_t channels() const { return channels_.size(); }

 private:
  // The open channels of one destination: the one opened last is on top (UDP-4).
  struct Stack {
    Channel* top;
    SlabIndex in_cone;  // the destination's place there, which the channels' mapping keeps
  };

  void pin(Destination name, const Endpoint& endpoint, MappingId mapping);
  std::optional<MappingId> mapping_towards(const Endpoint& destination, TimePoint now,
                                           ServerActions& out);
  bool send_frame(const Channel& channel, ByteView payload, ServerActions& out);
  void deliver_on_channel(Channel& channel, ByteView payload, TimePoint now, ServerActions& out);
  void close_mapping(MappingId mapping, ServerActions& out);
  void close_users_of(MappingId mapping, ServerActions& out);

  const SessionLimits& limits_;
  IdSource<MappingId>& mapping_ids_;
  ServerCounters& counters_;
  ConeTable cone_;
  CrumfursChannel crumfurs_;
  boost::unordered_flat_map<ConnectionId, std::unique_ptr<Channel>, IdHash> channels_;
  boost::unordered_flat_map<Endpoint, Stack, EndpointHash> stacks_;
  std::set<std::pair<MappingId, ConnectionId>> channels_of_mapping_;
  boost::unordered_flat_map<Destination, Endpoint, DestinationHash> pins_;
  std::multimap<MappingId, Destination> pins_of_mapping_;
  bool ended_ = false;
};

// What a datagram of the client needs is in one line of the cache, what one of a peer needs in the
// next.
struct alignas(64) ServerUdpSession::Channel {
  MappingId mapping{};
  ConeTable::Mapping* cone_mapping = nullptr;  // it outlives the channel
  Endpoint destination;
  LengthPrefixedStream frames;
  ConnectionId connection{};
  SendBudget budget;
  Channel* above = nullptr;  // of its destination's stack
  Channel* below = nullptr;
};

}  // namespace fullcone
