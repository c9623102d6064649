// A VLESS client on a host of the world: drives the real core Client with the local connections and
// relay sockets of apps, and virtual TLS connections to its server.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/client.hpp"
#include "simulator/judge.hpp"
#include "simulator/network.hpp"
#include "simulator/numbered_table.hpp"
#include "simulator/reference_client.hpp"
#include "simulator/tcp_app.hpp"
#include "simulator/udp_app.hpp"

namespace fullcone::sim {

struct AppSettings {
  std::optional<IpAddress> ip;  // another machine beside the client; default: the client's own
  std::optional<socks5::Credentials> credentials;
};

class ClientNode {
 public:
  struct Place {
    Host& host;
    IpAddress ip;        // towards the server
    IpAddress local_ip;  // where apps find it
    // Not 1080: Wireshark takes a handshake that arrives in pieces there for malformed.
    std::uint16_t port = 10800;
  };

  ClientNode(Network& network, Judge& judge, const Place& place, const Endpoint& server,
             ClientSettings settings, std::uint64_t seed);
  ~ClientNode();
  ClientNode(const ClientNode&) = delete;
  ClientNode& operator=(const ClientNode&) = delete;

  // ----- its apps; they live as long as the node
  UdpApp& udp();  // the first one, opened when first asked for
  UdpApp& open_udp(const AppSettings& settings = {});
  TcpApp& connect(const Destination& target, const AppSettings& settings = {});
  std::deque<UdpApp>& udp_apps() { return udp_apps_; }
  std::deque<TcpApp>& tcp_apps() { return tcp_apps_; }
  // An address beside the client that nobody has had, on a host of its own.
  IpAddress new_neighbour();

  Endpoint listening() const { return {place_.local_ip, place_.port}; }
  Host& host() { return place_.host; }
  const ClientSettings& settings() const { return settings_; }
  // Precondition: running().
  const Client& core() const { return *core_; }
  bool running() const { return core_ != nullptr; }

  // ----- its life; all may be followed by start()
  void start();
  void stop();    // a clean shutdown
  void crash();   // the process dies: connections are reset
  void vanish();  // the power goes: connections fall silent
  void restart() {
    crash();
    start();
  }

  // ----- faults on its way to the server
  // It has another address now; what it had open from the old one falls silent.
  void move_to(const IpAddress& ip);
  const IpAddress& ip() const { return place_.ip; }
  // Its connections of one kind of request that stand now, oldest first.
  std::vector<std::shared_ptr<StreamEnd>> server_streams(Command command);
  std::vector<std::shared_ptr<StreamEnd>> server_streams();
  void cut(Command command);  // each of them is cut by the network
  void cut_all();

 private:
  struct Local {
    std::shared_ptr<StreamEnd> app;
    std::optional<Endpoint> relay;
    std::optional<ConnectionId> spliced;
  };
  struct ServerConnection {
    std::shared_ptr<StreamEnd> end;
    bool up = false;
    std::optional<Command> command;  // as its request says
    std::optional<LocalId> spliced;
  };

  // Facts: client_node.cpp.
  void let_go(CloseKind how);
  void on_accept(std::shared_ptr<StreamEnd> end);
  void attach_local(LocalId id, StreamEnd& end);
  void attach_server(ConnectionId id, StreamEnd& end);
  void on_server_room(ConnectionId id);
  void on_relay_opened(LocalId id, const Endpoint& relay);
  void on_relay_datagram(LocalId id, const Endpoint& source, ByteView datagram);
  void on_timeout(ConnectionId id);
  template <class Fact>
  void tell(Fact&& fact);  // to the core, and carries out its orders
  void later(Duration delay, std::function<void()> happening);
  void plan_wake();
  void wake();

  // Orders: client_orders.cpp.
  void order(const client::Connect& order);
  void order(const client::WriteServer& order);
  void order(const client::HalfCloseServer& order);
  void order(const client::CloseServer& order);
  void order(const client::WriteLocal& order);
  void order(const client::HalfCloseLocal& order);
  void order(const client::CloseLocal& order);
  void order(const client::PauseLocal& order);
  void order(const client::ResumeLocal& order);
  void order(const client::Splice& order);
  void order(const client::OpenRelay& order);
  void order(const client::SendToApp& order);
  void order(const client::CloseRelay& order);

  Local* find(LocalId id);
  ServerConnection* find(ConnectionId id);
  void relieve(LocalId id);
  void missing(std::string_view what);

  Network& network_;
  Judge& judge_;
  Place place_;
  Endpoint server_;
  ClientSettings settings_;
  std::uint64_t seed_;
  std::uint64_t lives_ = 0;
  std::uint8_t neighbours_ = 0;
  Lane lane_;
  std::unique_ptr<Client> core_;
  ReferenceClient reference_;
  ClientActions orders_;
  Bytes joined_;  // head and payload of the order at hand
  IdSource<LocalId> local_ids_;
  NumberedTable<LocalId, Local> locals_;
  NumberedTable<ConnectionId, ServerConnection> connections_;
  std::optional<TimePoint> wake_at_;
  std::deque<UdpApp> udp_apps_;
  std::deque<TcpApp> tcp_apps_;
};

}  // namespace fullcone::sim
