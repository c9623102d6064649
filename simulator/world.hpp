// A whole network in one object: clock, hosts, servers, clients, peers and judges, made from one
// seed. Everything it hands out lives as long as the world.
//
//   World world{seed};
//   auto& client = world.client({.delay = 20ms, .loss = 0.01});
//   auto& peer = world.peer();
//   client.udp().send_to(peer, "ping");
//   world.run_until([&] { return peer.received("ping"); }, 2s);
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "simulator/client_node.hpp"
#include "simulator/judge.hpp"
#include "simulator/network.hpp"
#include "simulator/peer.hpp"
#include "simulator/purpose_random.hpp"
#include "simulator/raw_listener.hpp"
#include "simulator/raw_stream.hpp"
#include "simulator/server_node.hpp"
#include "simulator/tcp_target.hpp"
#include "simulator/zone.hpp"

namespace fullcone::sim {

struct WorldSettings {
  bool shuffle_ties = false;  // events of one instant in an order drawn from the seed
  bool judged = true;         // false: a subject that is broken on purpose
};

class World {
 public:
  explicit World(std::uint64_t seed, const WorldSettings& settings = {});
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // ----- time
  TimePoint now() const { return events_.now(); }
  // Lets events happen until `predicate` holds; false: it does not, and `limit` has passed.
  bool run_until(const std::function<bool()>& predicate, Duration limit);
  void run_for(Duration duration);
  // Calls `action` when `delay` has passed, within some run_*().
  void after(Duration delay, std::function<void()> action);

  // ----- servers and clients
  // The first one; made with default settings and one user when first asked for.
  ServerNode& server();
  ServerNode& server(const ServerSettings& settings, const std::vector<User>& users,
                     const LinkSettings& link = {});
  // A client of `server`, by default of server(). An all-zero user stands for its first one.
  ClientNode& client(const LinkSettings& link = {}, ClientSettings settings = {},
                     ServerNode* server = nullptr);
  // The same, from behind a NAT.
  ClientNode& client(Router& behind, const LinkSettings& link = {}, ClientSettings settings = {},
                     ServerNode* server = nullptr);
  // A user nobody has yet.
  User new_user(std::string name);

  // ----- by hand
  // A TLS connection to the server, established when state() says open; bytes may be sent before.
  RawStream& connect_to_server(Family family = Family::ipv4);
  RawStream& connect_to_server(ServerNode& server, Family family = Family::ipv4);
  // A server that is played by hand, and a client whose connections arrive at it.
  FakeServer& fake_server(Family family = Family::ipv4);
  ClientNode& client_against(FakeServer& server, ClientSettings settings = {},
                             const LinkSettings& link = {});
  // A connection to the client's local port, from its own machine or from `app_ip` beside it.
  RawStream& connect_to_client(ClientNode& client, std::optional<IpAddress> app_ip = {});
  // A UDP socket beside the client, for datagrams to its relays.
  Peer& socket_beside(ClientNode& client, std::optional<IpAddress> app_ip = {});

  // ----- NATs, for IPv4
  // One with as many external addresses, at the Internet or behind `outer`; its host() has the
  // access link. Who stands behind it has an address that nobody else has, and that means nothing
  // outside.
  Router& nat(const NatBehaviour& behaviour = {}, Router* outer = nullptr,
              std::size_t addresses = 1);

  // ----- the rest of the Internet
  Peer& peer(Family family = Family::ipv4, const LinkSettings& link = {});  // a fresh host
  Peer& peer(Router& behind, const LinkSettings& link = {});  // its endpoint() is a private one
  Peer& peer_beside(const Peer& peer);                        // the same IP, another port
  Peer& peer_beside(const Peer& peer, std::uint16_t port);
  std::vector<Peer*> peers(std::size_t count);
  TcpTarget& tcp_target(TcpManner manner = TcpManner::echo, Family family = Family::ipv4);
  // Moves to a fresh address behind `behind`, or of the Internet where that is null, and is reached
  // at the old one no more. A client's connections fall silent; its apps stay with it.
  void roam(ClientNode& client, Router* behind = nullptr);
  void roam(Peer& peer, Router* behind = nullptr);
  // Whatever else takes part, made of this world and `arguments` and kept as long as it.
  template <class Actor, class... Arguments>
  Actor& add(Arguments&&... arguments) {
    const auto actor = std::make_shared<Actor>(*this, std::forward<Arguments>(arguments)...);
    actors_.push_back(actor);
    return *actor;
  }
  Zone& zone() { return zone_; }
  Network& network() { return network_; }

  // ----- chance and judgement
  std::uint64_t seed() const { return seed_; }
  // A generator for one purpose of a scenario: the same for the same seed, whatever else is drawn.
  Random random(std::string_view purpose) const { return random_for(seed_, purpose); }
  // Notes `what` as a finding unless `holds`; returns `holds`.
  bool expect(bool holds, std::string_view what);
  Findings& findings() { return judge_.findings; }
  Judge& judge() { return judge_; }
  // A line in the trace.
  void tell_story(std::string_view what);
  // Everyone leaves, every grace and timer runs out, and nothing may be left.
  void finish();

  // ----- what the run was like
  Trace& trace() { return trace_; }
  std::uint64_t trace_hash() const { return trace_.hash(); }
  std::uint64_t events_happened() const { return events_.happened(); }

 private:
  ClientNode& new_client(const Endpoint& server, ClientSettings settings, const LinkSettings& link,
                         Router* behind);
  IpAddress private_address();
  void wait_for_streams(Duration step);
  void rest_until(TimePoint end);
  RawStream& dial(const IpAddress& from, const Endpoint& to, unsigned round_trips);

  std::uint64_t seed_;
  EventQueue events_;
  Trace trace_;
  Network network_;
  Zone zone_;
  Judge judge_;
  Lane script_lane_;
  bool overflowed_ = false;
  std::uint64_t users_made_ = 0;
  std::uint64_t peer_hosts_ = 0;
  std::uint32_t nat_addresses_ = 0;
  std::uint32_t private_addresses_ = 0;
  std::uint32_t roamed_ = 0;
  Host* hand_host_ = nullptr;  // where raw connections come from
  std::deque<ServerNode> servers_;
  std::deque<FakeServer> fake_servers_;
  std::deque<ClientNode> clients_;
  std::deque<Peer> peers_;
  std::deque<TcpTarget> targets_;
  std::deque<RawStream> raw_streams_;
  std::vector<std::shared_ptr<void>> actors_;
};

}  // namespace fullcone::sim
