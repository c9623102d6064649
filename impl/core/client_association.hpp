// One SOCKS5 UDP association on the client, which is one VLESS session: its relay, its CRUMFURS
// channel, and an isolated channel for each destination the app has sent to. In v0 there is no
// CRUMFURS and each channel stands alone. Destinations that go by mux share one stream there.
// Sans-IO: driven by Client. Rules: UDP-3, CRUM-4, CRUM-5, CRUM-8, SOCKS-1..5; bounds in
// ClientLimits.
//
// A channel on a ready connection is in doubt until something comes back or
// ClientLimits::ready_retry has passed: the server may have ended the connection before it read the
// request. Then the channel is opened once more, with a copy of what was sent on it. Should the
// server have read it after all, the peer gets a datagram twice, as UDP may do by itself; lost, the
// app would miss it for seconds.
#pragma once

#include <boost/container/deque.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <optional>

#include "base/endpoint.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "core/client_actions.hpp"
#include "core/client_counters.hpp"
#include "core/client_crumfurs.hpp"
#include "core/client_mux_datagrams.hpp"
#include "core/client_settings.hpp"
#include "core/linked_slab.hpp"
#include "core/ready_connections.hpp"
#include "core/refusals.hpp"
#include "core/send_budget.hpp"
#include "core/v0_response.hpp"
#include "wire/length_prefixed.hpp"

namespace fullcone {

class ClientAssociation {
 public:
  // `app` is the far end of the control connection. The references outlive the association.
  ClientAssociation(LocalId local, const IpAddress& app, const ClientSettings& settings,
                    ReadyConnections& connections, ClientMux& mux, Random& random,
                    ClientCounters& counters);

  // A datagram that reached the relay, SOCKS5 header first.
  void on_app_datagram(const Endpoint& source, ByteView datagram, TimePoint now,
                       ClientActions& out);

  // ----- facts about its connections, CRUMFURS and channels alike
  void on_connected(ConnectionId id, TimePoint now, ClientActions& out);
  void on_server_bytes(ConnectionId id, ByteView bytes, TimePoint now, ClientActions& out);
  void on_written(ConnectionId id, std::size_t octets);
  // The server sends no more on it.
  void on_ended(ConnectionId id, TimePoint now, ClientActions& out);
  // It failed or was cut; the driver no longer holds it.
  void on_lost(ConnectionId id, TimePoint now, ClientActions& out);

  // ----- facts about its stream of a mux connection
  void on_mux_datagram(const Endpoint& peer, ByteView payload, ClientActions& out);
  void on_mux_reset() { mux_.on_reset(); }
  void on_mux_lost(TimePoint now, ClientActions& out) { mux_.on_lost(now, out); }

  void on_deadline(TimePoint now, ClientActions& out);  // early calls are harmless
  std::optional<TimePoint> next_deadline() const;       // nullopt: nothing is pending
  // Ends the session: CRUMFURS and all channels close cleanly, the relay goes (SOCKS-1).
  void end(TimePoint now, ClientActions& out);

  const SessionId& session() const { return session_; }
  std::size_t channels() const { return by_destination_.size(); }

 private:
  enum class ChannelPhase : std::uint8_t {
    awaiting_session,  // CRUMFURS is not established; there is no connection yet
    connecting,
    open,
  };
  // Nearly always empty or of one: it costs nothing then, or a small block.
  using Payloads =
      boost::container::deque<Bytes, void,
                              boost::container::deque_options_t<boost::container::block_size<4U>>>;
  struct Channel {
    Destination destination;
    ChannelPhase phase = ChannelPhase::awaiting_session;
    ConnectionId connection{};
    bool in_doubt = false;  // the connection was ready, and nothing has come back on it
    bool repeated = false;  // its request was made before, on a connection that had ended
    Payloads waiting;       // payloads that wait for `open`, oldest first
    Payloads sent;          // copies of those sent while in doubt
    LengthPrefixedStream frames;
    V0ResponseStripper response;
    SendBudget budget;
    std::optional<TimePoint> opened_at;
    bool answered = false;  // something came back on it
    TimePoint last_used{};
    SlabLinks in_recency;
    SlabLinks in_doubtful;
  };
  using RecencyList = SlabList<Channel, &Channel::in_recency>;
  using DoubtfulList = SlabList<Channel, &Channel::in_doubtful>;

  bool takes_from(const Endpoint& source);
  void read_channel(SlabIndex index, ByteView bytes, TimePoint now, ClientActions& out);
  void read_crumfurs(ConnectionId id, ByteView bytes, TimePoint now, ClientActions& out);
  void deliver(const socks5::UdpHead& head, ByteView payload, ClientActions& out);

  // Channels: client_channels.cpp.
  std::optional<SlabIndex> channel_to(const Destination& destination, TimePoint now,
                                      ClientActions& out);
  bool may_request() const;
  void connect(SlabIndex index, TimePoint now, ClientActions& out);
  void send(SlabIndex index, ByteView payload, TimePoint now, ClientActions& out);
  void wait_for_channel(Channel& channel, ByteView payload);
  void open_with_waiting(SlabIndex index, ClientActions& out);
  void keep_copy(Channel& channel, ByteView payload);
  void trust(SlabIndex index);
  bool may_repeat(SlabIndex index) const;
  void repeat_request(SlabIndex index, TimePoint now, ClientActions& out);
  void touch(SlabIndex index, TimePoint now);
  void note_refusal(SlabIndex index, TimePoint now);
  void close_channel(SlabIndex index, ClientActions& out);
  void hang_up(Channel& channel, ClientActions& out);
  void remove_channel(SlabIndex index);

  LocalId local_;
  IpAddress app_address_;
  std::optional<Endpoint> app_;  // pinned by its first datagram (SOCKS-3)
  const ClientSettings& settings_;
  ReadyConnections& connections_;
  ClientCounters& counters_;
  SessionId session_;
  ClientCrumfurs crumfurs_;
  ClientMuxDatagrams mux_;
  LinkedSlab<Channel> channels_;
  boost::unordered_flat_map<Destination, SlabIndex, DestinationHash> by_destination_;
  boost::unordered_flat_map<ConnectionId, SlabIndex, IdHash> by_connection_;
  RecencyList recency_;            // least recently used first
  DoubtfulList doubtful_;          // open channels in doubt, opened first first
  std::size_t waiting_bytes_ = 0;  // and copies of what was sent in doubt
  Refusals refusals_;
};

}  // namespace fullcone
