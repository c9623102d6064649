// A VLESS server on a host of the world: drives the real core Server with virtual TLS connections,
// TCP targets, name resolution and external UDP ports, and shows all of it to the reference model.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "core/server.hpp"
#include "core/users.hpp"
#include "simulator/judge.hpp"
#include "simulator/network.hpp"
#include "simulator/numbered_table.hpp"
#include "simulator/reference_model.hpp"
#include "simulator/zone.hpp"

namespace fullcone::sim {

class ServerNode {
 public:
  struct Place {
    Host& host;
    IpAddress v4;
    IpAddress v6;
    std::uint16_t port = 443;  // listens on both
  };

  ServerNode(Network& network, Judge& judge, Zone& zone, const Place& place,
             ServerSettings settings, std::vector<User> users, std::uint64_t seed);
  ~ServerNode();
  ServerNode(const ServerNode&) = delete;
  ServerNode& operator=(const ServerNode&) = delete;

  Endpoint listening(Family family = Family::ipv4) const;
  const std::vector<User>& users() const { return users_; }
  Host& host() { return place_.host; }
  const ServerSettings& settings() const { return settings_; }
  // Precondition: running().
  const Server& core() const { return *core_; }
  ReferenceModel& model() { return model_; }
  bool running() const { return core_ != nullptr; }
  // The UDP endpoints that it holds now.
  std::vector<Endpoint> external_ports() const;

  // ----- its life; all four may be followed by start()
  void start();
  void stop();    // a clean shutdown: everything is closed in order
  void crash();   // the process dies: connections are reset, ports unbound
  void vanish();  // the power goes: connections fall silent
  void restart() {
    crash();
    start();
  }

  // Makes it a server with one fault: what `tamper` returns is carried out in an order's place. The
  // reference model sees only that.
  using Tamper = std::function<std::vector<server::Action>(const server::Action&)>;
  void tamper(Tamper tamper) { tamper_ = std::move(tamper); }
  // Ports are no longer to be had.
  void exhaust_ports(bool exhausted) { ports_exhausted_ = exhausted; }

 private:
  static std::uint64_t number(ConnectionId id) { return static_cast<std::uint64_t>(id); }
  static ReferenceModel::TargetNumber number(TargetId id) {
    return {number(id.connection), static_cast<std::uint32_t>(id.stream)};
  }
  static ReferenceModel::LookupNumber number(const LookupId& id) {
    return {number(id.connection), static_cast<std::uint32_t>(id.stream), id.number};
  }

  // Facts: server_node.cpp.
  void let_go(CloseKind how);
  void on_accept(std::shared_ptr<StreamEnd> end);
  void attach_client(ConnectionId id, StreamEnd& end);
  void attach_target(TargetId id, StreamEnd& end);
  void on_room(ConnectionId id);
  void on_datagram(MappingId mapping, const Endpoint& external, const Endpoint& source,
                   ByteView payload);
  void on_resolved(LookupId id, const std::string& host);
  void on_no_ports();
  template <class Fact>
  void tell(Fact&& fact);  // to the core, and carries out its orders
  void later(Duration delay, std::function<void()> happening);
  void plan_wake();
  void wake();

  // Orders: server_orders.cpp.
  void carry_out(const server::Action& action);
  void order(const server::Write& order);
  void order(const server::HalfClose& order);
  void order(const server::Close& order);
  void order(const server::PauseReading& order);
  void order(const server::ResumeReading& order);
  void order(const server::HandOver& order);
  void order(const server::Resolve& order);
  void order(const server::DialTarget& order);
  void order(const server::WriteTarget& order);
  void order(const server::PauseTarget& order);
  void order(const server::ResumeTarget& order);
  void order(const server::HalfCloseTarget& order);
  void order(const server::CloseTarget& order);
  void order(const server::OpenMapping& order);
  void order(const server::SendDatagram& order);
  void order(const server::CloseMapping& order);

  std::uint16_t next_external_port();
  void check_queue(const StreamEnd& client);
  StreamEnd* find(ConnectionId id);
  StreamEnd* find(TargetId id);
  void forget(ConnectionId id);
  void relieve(ConnectionId id);
  void missing(std::string_view what);

  Network& network_;
  Judge& judge_;
  Zone& zone_;
  Place place_;
  ServerSettings settings_;
  std::vector<User> users_;
  std::uint64_t seed_;
  std::uint64_t lives_ = 0;  // how often it has been started
  Lane lane_;
  std::unique_ptr<UserDirectory> directory_;
  std::unique_ptr<Server> core_;
  ReferenceModel model_;
  ServerActions orders_;
  Tamper tamper_;
  IdSource<ConnectionId> connection_ids_;
  NumberedTable<ConnectionId, std::shared_ptr<StreamEnd>> clients_;
  std::map<TargetId, std::shared_ptr<StreamEnd>> targets_;
  NumberedTable<MappingId, Endpoint> mappings_;
  Random ports_;
  std::uint32_t last_port_ = 0;
  bool ports_exhausted_ = false;
  std::vector<MappingId> not_opened_;  // to be reported
  std::optional<TimePoint> wake_at_;
};

}  // namespace fullcone::sim
