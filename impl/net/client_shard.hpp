// One thread of the client: its listeners, the sockets of apps, relays and connections to the
// server, and the core shard that says what to do with them. Everything but the constructor and
// what is marked so belongs to that thread.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <string>
#include <vector>

#include "core/client.hpp"
#include "net/client_runner.hpp"
#include "net/datagram_batch.hpp"
#include "net/event_loop.hpp"
#include "net/fact_loop.hpp"
#include "net/listener.hpp"
#include "net/resolver.hpp"
#include "net/send_batch.hpp"
#include "net/server_addresses.hpp"
#include "net/stream.hpp"
#include "net/stream_pool.hpp"
#include "net/tls_client_context.hpp"
#include "net/udp_socket.hpp"

namespace fullcone {

class ClientShard {
 public:
  // What the shards of one client have in common; outlives them.
  struct Site {
    const ClientSettings& settings;
    const Destination& server;
    TlsClientContext& tls;
    Resolver& resolver;
    Client::Held& held;
    KeepAlive keep_alive;
    Duration drain;
  };

  ClientShard(Site& site, std::vector<UniqueFd> listening, std::uint64_t random_seed);
  ~ClientShard();
  ClientShard(const ClientShard&) = delete;
  ClientShard& operator=(const ClientShard&) = delete;

  // On the shard's own thread: until stop() and what it leaves time for are over.
  void run();
  // From any thread: as ClientRunner::stop().
  void stop();
  // From any thread but the shard's own.
  ClientRunner::Status status();

 private:
  friend class FactLoop<Client, ClientActions, ClientShard>;

  struct Local {
    std::shared_ptr<Stream> stream;
    bool spliced = false;
  };
  struct Link {  // a connection to the server, from the first look at its name on
    std::shared_ptr<Stream> stream;  // the address that is being tried, or that answered
    std::vector<Endpoint> untried;   // the next one last
    TimePoint give_up_at;
  };
  class LocalSide;
  class ServerSide;

  // Apps, and the end of the shard: client_shard.cpp.
  void accept(UniqueFd fd);
  void on_datagrams(LocalId id, const DatagramBatch::Part& part);
  void tell_of_room(ConnectionId id);
  void forget(LocalId id);
  void begin_stop();
  void close_all();
  void close_at_once();
  void on_settled();

  // What the core orders: client_orders.cpp.
  void carry_out(client::Action& action);
  void close(const client::CloseServer& order);
  void close(const client::CloseLocal& order);
  void splice(const client::Splice& order);
  void open_relay(const client::OpenRelay& order);
  void send(const client::SendToApp& order);
  void flush_datagrams();
  void close_relay(LocalId id);

  // The way to the server: client_dial.cpp.
  void connect(ConnectionId id);
  void dial_next(ConnectionId id, ConnectFailure why);
  bool dial(ConnectionId id, Link& link, const Endpoint& address, Duration time);
  void on_opened(ConnectionId id, const Stream& stream);
  void on_open_failed(ConnectionId id, const Stream& stream, ConnectFailure why);
  void fail(ConnectionId id, ConnectFailure why);

  Site& site_;
  EventLoop loop_;
  StreamPool streams_;
  DatagramBatch batch_;
  SendBatch sends_;    // of the relay `sending_`
  LocalId sending_{};  // known while sends_ is not empty
  Client core_;
  FactLoop<Client, ClientActions, ClientShard> facts_;
  ServerAddresses addresses_;
  std::unique_ptr<LocalSide> local_side_;
  std::unique_ptr<ServerSide> server_side_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  boost::asio::steady_timer drain_timer_;

  IdSource<LocalId> local_ids_;
  boost::unordered_flat_map<LocalId, Local, IdHash> locals_;
  boost::unordered_flat_map<ConnectionId, Link, IdHash> links_;
  boost::unordered_flat_map<LocalId, std::shared_ptr<UdpSocket>, IdHash> relays_;
  std::string last_failure_;  // of TLS, already logged as a warning
  std::size_t tunnels_ = 0;   // spliced apps
  bool stopping_ = false;
  bool closed_ = false;
};

}  // namespace fullcone
