// A client and the shards of a server joined in memory: TLS links, peers and targets, names, and
// virtual time. Facts wait in one queue, in order; drive() delivers all, deliver_one() the next.
//
// Links carry everything at once and keep what TCP would: a clean close reaches the other end as an
// end of stream, an abort or a cut as a loss. Targets echo, those on port 1 refuse. Peers are the
// test's. The bodies are in pair_driver_test.cpp and pair_orders_test.cpp.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/testing/client_script.hpp"
#include "core/testing/server_script.hpp"

namespace fullcone {

class Pair {
 public:
  struct Received {  // by a peer, from an external port; or by an app, from a peer
    Destination from;
    std::string payload;
    bool operator==(const Received&) const = default;
    friend void PrintTo(const Received& r, std::ostream* out) {
      *out << to_string(r.from) << " " << in_words(Octets(r.payload));
    }
  };
  using Inbox = std::vector<Received>;

  explicit Pair(ClientSettings client = alices_settings(), ServerSettings server = open_settings(),
                unsigned shards = 1, std::uint64_t seed = 5);
  ~Pair();

  // ----- apps
  LocalId app_connects();
  void app_sends(LocalId app, const Octets& octets);
  void app_ends(LocalId app);
  void app_is_cut(LocalId app);
  void client_closes_all();
  LocalId associate();
  void app_sends_to(LocalId app, const Destination& peer, const Octets& payload);
  std::string take_stream(LocalId app) { return std::exchange(streams_[app], {}); }
  Inbox take_inbox(LocalId app) { return std::exchange(inboxes_[app], {}); }

  // ----- peers, and the server's names
  void peer_sends(const Endpoint& peer, const Endpoint& to, const Octets& payload);
  // Everything a peer got since it was last asked.
  Inbox take_inbox(const Endpoint& peer) { return std::exchange(peers_[peer], {}); }
  void name(const std::string& host, const IpAddress& address) { names_[host] = address; }

  // ----- links, in the order they were dialled
  const std::set<ConnectionId>& links() const { return up_; }
  void cut(ConnectionId link);
  void refuse_links(bool refuse) { refusing_ = refuse; }

  void drive();
  bool deliver_one();
  // Delivers all, then lets time pass, deadlines and what comes of them included.
  void wait(Duration duration);

  Client& client() { return client_; }
  Server& server(unsigned shard = 0) { return *servers_[shard]; }
  std::set<Endpoint> external_ports() const;
  TimePoint now() const { return now_; }
  void expect_nothing_left();

 private:
  struct Link {
    unsigned shard = 0;
    bool client_gone = false;
    bool server_gone = false;
  };
  using Fact = std::function<void()>;
  using ToClient = std::function<void(Client&, ClientActions&)>;
  using ToServer = std::function<void(Server&, ServerActions&)>;

  void tell(const ToClient& fact);
  void tell(unsigned shard, const ToServer& fact);
  void later(Fact fact) { facts_.push_back(std::move(fact)); }
  // At one end of `link`, unless that end is gone by then.
  void later_at_client(ConnectionId link, ToClient fact);
  void later_at_server(ConnectionId link, ToServer fact);
  void lose_at_client(ConnectionId link);
  void lose_at_server(ConnectionId link);

  void carry_out(const client::Action& action);
  void carry_out(unsigned shard, server::Action& action);
  void connect(ConnectionId link);
  void write(const client::WriteServer& order);
  void write(const client::WriteLocal& order);
  void close(const client::CloseServer& order);
  void deliver(const client::SendToApp& order);
  void write(const server::Write& order);
  void close(const server::Close& order);
  void hand_over(server::HandOver& order);
  void resolve(const server::Resolve& order);
  // About `target`, unless it is gone by then.
  void later_at_target(TargetId target, ToServer fact);
  void dial(const server::DialTarget& order);
  void send(unsigned shard, const server::SendDatagram& order);
  Endpoint external(unsigned shard, MappingId mapping, Family family) const;

  ClientSettings client_settings_;
  ServerSettings server_settings_;
  std::shared_ptr<UserDirectory> users_ = alice_and_bob();
  Client client_;
  std::vector<std::unique_ptr<Server>> servers_;
  ClientContract client_contract_;
  std::vector<ServerContract> server_contracts_;
  TimePoint now_{1h};
  std::deque<Fact> facts_;
  std::map<ConnectionId, Link> links_;
  std::set<ConnectionId> up_;
  bool refusing_ = false;
  std::uint64_t last_local_ = 0;
  std::map<Endpoint, std::pair<unsigned, MappingId>> ports_;
  std::map<std::string, IpAddress> names_;
  std::map<LocalId, std::string> streams_;
  std::map<LocalId, Inbox> inboxes_;
  std::map<Endpoint, Inbox> peers_;
};

}  // namespace fullcone
