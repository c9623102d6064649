// The Internet between hosts: who has which address, which UDP endpoint is bound, who listens for
// streams, and the passage of everything that is sent, through NATs where hosts stand behind them.
// Owns hosts and routers; sockets are the callbacks of whoever bound them. No two hosts have the
// same address, not even behind different NATs.
#pragma once

#include <boost/intrusive/list.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "base/endpoint.hpp"
#include "simulator/event_queue.hpp"
#include "simulator/host.hpp"
#include "simulator/packet.hpp"
#include "simulator/router.hpp"
#include "simulator/stream_link.hpp"
#include "simulator/trace.hpp"

namespace fullcone::sim {

// What a judge sees of every datagram on the Internet: its endpoints are those out there, after the
// last NAT that hides its sender. What stays behind a NAT is not seen.
struct DatagramWatch {
  std::function<void(const Packet&)> sent;
  std::function<void(const Packet&)> duplicated;
};

class Network {
 public:
  // The references outlive the network.
  Network(EventQueue& events, Trace& trace, std::uint64_t seed);

  EventQueue& events() { return events_; }
  Trace& trace() { return trace_; }
  std::uint64_t seed() const { return seed_; }
  TimePoint now() const { return events_.now(); }

  // ----- hosts; they stay where they are
  Host& add_host(const LinkSettings& link, Router* behind = nullptr);
  Host& add_host_beside(const Host& neighbour);  // in the same site
  // A NAT that stands behind `outer`, or at the Internet where that is null.
  Router& add_router(const LinkSettings& link, const NatBehaviour& behaviour,
                     std::vector<IpAddress> external, Router* outer);
  void give_address(Host& host, const IpAddress& ip, std::string_view name);
  void take_address(const IpAddress& ip) { addresses_.erase(ip); }
  Host* host_of(const IpAddress& ip);

  // ----- UDP
  using OnDatagram = std::function<void(const Endpoint& source, ByteView payload)>;
  // False: somebody has bound it already.
  bool bind(const Endpoint& endpoint, OnDatagram on_datagram);
  void unbind(const Endpoint& endpoint);
  bool bound(const Endpoint& endpoint) const { return sockets_.contains(endpoint); }
  void send(const Endpoint& from, const Endpoint& to, ByteView payload);
  // The same by `liar`, whoever `from` belongs to.
  void spoof(Host& liar, const Endpoint& from, const Endpoint& to, ByteView payload);
  void watch(DatagramWatch watch) { watch_ = std::move(watch); }

  // ----- streams
  using OnAccept = std::function<void(std::shared_ptr<StreamEnd>)>;
  // Dials to `endpoint` are answered from now on; while it does not listen they are refused.
  void listen(const Endpoint& endpoint, OnAccept on_accept);
  void stop_listening(const Endpoint& endpoint) { listeners_.erase(endpoint); }
  // Dials to `endpoint` get no answer at all, until stop_listening().
  void swallow_dials(const Endpoint& endpoint);
  // Set the events before the next one happens. Dials to an address of nobody's go unanswered.
  std::shared_ptr<StreamEnd> dial(const Endpoint& from, const Endpoint& to,
                                  const StreamOptions& options = {});

  // ----- what befalls it (network_faults.cpp)
  // The hosts of `side` and all others do not reach each other for so long: datagrams are lost,
  // streams wait or, when it is longer than their keep-alive, are lost.
  void partition(std::vector<const Host*> side, Duration duration);
  // From now on the host, and those of its site, stand behind `behind`, or at the Internet where
  // that is null. It keeps its addresses until they are taken.
  void move(Host& host, Router* behind);
  // Whether octets of a stream are still under way.
  bool any_stream_carries() const;
  // Switched off and on: its mappings are forgotten, streams through it fall silent.
  void restart(Router& router);

  // A port of `ip` that no socket and no dial has had lately.
  std::uint16_t next_port(const IpAddress& ip);

 private:
  struct Listener {
    OnAccept on_accept;  // empty: swallows dials
  };
  struct IpHash {
    using is_avalanching = void;
    std::size_t operator()(const IpAddress& ip) const { return EndpointHash{}({ip, 0}); }
  };
  // One link or two in a row, and what stands at their end.
  struct Hop {
    Host* uplink = nullptr;    // of this host, into its realm; null: out of a NAT
    Host* downlink = nullptr;  // to this host; null: to the NAT of the uplink's realm
    Router* router = nullptr;  // that it leads to; null: to an end of the network
    bool from_inside = false;  // the side of that router
  };
  void carry(const Hop& hop, const Packet& packet);
  void plan(const Hop& hop, TimePoint when, const Packet& packet);
  void plan_arrival(TimePoint when, const Packet& packet);
  void arrive(const Packet& packet);
  // What becomes of the packet, without its octets.
  void note(TraceKind fate, const Packet& packet, std::string_view why = {});

  // network_routers.cpp
  void leave(Host& host, const Packet& packet);
  void enter(Router& router, const Packet& packet);
  void cross(Router& router, bool from_inside, const Packet& packet);

  // network_streams.cpp
  void on_dialled(StreamLink& link);
  std::optional<StreamLink::Path> way_to(const Host& source, const Host& destination) const;
  Endpoint hidden_by(const Host& host);

  // network_faults.cpp
  struct Partition {
    std::vector<const Host*> side;
    TimePoint until;
  };
  bool separated(const Host& one, const Host& other) const;
  TimePoint separated_until(const StreamLink::Path& way) const;

  EventQueue& events_;
  Trace& trace_;
  std::uint64_t seed_;
  std::uint64_t streams_dialled_ = 0;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::vector<std::unique_ptr<Router>> routers_;
  boost::unordered_flat_map<IpAddress, Host*, IpHash> addresses_;
  boost::unordered_flat_map<Endpoint, std::shared_ptr<const OnDatagram>, EndpointHash> sockets_;
  std::map<Endpoint, Listener> listeners_;
  boost::unordered_flat_map<IpAddress, std::uint16_t, IpHash> last_port_;
  // All that have been dialled and are still held; they leave it by themselves.
  boost::intrusive::list<StreamLink, boost::intrusive::constant_time_size<false>> links_;
  std::vector<Partition> partitions_;
  DatagramWatch watch_;
};

}  // namespace fullcone::sim
