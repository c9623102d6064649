// One thread of the server: its listeners, the sockets of its connections, targets and mappings,
// and the core shard that says what to do with them. Everything but the constructor and what is
// marked so belongs to that thread.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <vector>

#include "core/server.hpp"
#include "net/datagram_batch.hpp"
#include "net/event_loop.hpp"
#include "net/fact_loop.hpp"
#include "net/listener.hpp"
#include "net/resolver.hpp"
#include "net/send_batch.hpp"
#include "net/server_runner.hpp"
#include "net/stream.hpp"
#include "net/stream_pool.hpp"
#include "net/tls_server_context.hpp"
#include "net/udp_socket.hpp"

namespace fullcone {

class ServerShard {
 public:
  // What the shards of one server have in common; outlives them.
  struct Site {
    const ServerSettings& settings;
    UserDirectory& users;
    const TlsServerContext& tls;
    Resolver& resolver;
    KeepAlive keep_alive;
    Duration drain;
    unsigned shard_count;
    const std::vector<std::unique_ptr<ServerShard>>& shards;
    Tally handshaking;  // TLS connections that are not up yet, bounded like unauthenticated ones
  };

  ServerShard(Site& site, unsigned index, std::vector<UniqueFd> listening, std::uint64_t hash_seed);
  ~ServerShard();
  ServerShard(const ServerShard&) = delete;
  ServerShard& operator=(const ServerShard&) = delete;

  // On the shard's own thread: until stop() and what it leaves time for are over.
  void run();
  // From any thread: as ServerRunner::stop().
  void stop();
  // From any thread but the shard's own.
  ServerRunner::Status status();

 private:
  friend class FactLoop<Server, ServerActions, ServerShard>;

  struct Connection {
    std::shared_ptr<Stream> client;
    bool handshaking = false;
  };
  class ClientSide;
  class TargetSide;

  // Connections that come: server_shard.cpp.
  void accept(UniqueFd fd);
  void on_handshake_done(ConnectionId id);
  void on_handshake_failed(ConnectionId id, const Stream& stream);
  void adopt(ConnectionId id, server::ParkedRequest request, Stream::Connection connection);
  void on_datagrams(MappingId id, const DatagramBatch::Part& part);
  Connection* find(ConnectionId id);

  // The end of the shard: server_shard.cpp.
  void begin_stop();
  void close_all();
  void close_at_once();
  void on_settled();

  // What the core orders: server_orders.cpp.
  void carry_out(server::Action& action);
  void close(const server::Close& order);
  void hand_over(server::HandOver& order);
  void resolve(const server::Resolve& order);
  void dial(const server::DialTarget& order);
  void on_target_connected(TargetId id);
  void close_target(TargetId id, CloseKind kind);
  void open_mapping(const server::OpenMapping& order);
  void send(const server::SendDatagram& order);
  void flush_datagrams();
  void close_mapping(MappingId id);

  Site& site_;
  const unsigned index_;
  EventLoop loop_;
  StreamPool streams_;
  DatagramBatch batch_;
  SendBatch sends_;      // of the mapping `sending_`
  MappingId sending_{};  // known while sends_ is not empty
  Server core_;
  FactLoop<Server, ServerActions, ServerShard> facts_;
  std::unique_ptr<ClientSide> client_side_;
  std::unique_ptr<TargetSide> target_side_;
  std::vector<std::unique_ptr<Listener>> listeners_;
  boost::asio::steady_timer drain_timer_;

  IdSource<ConnectionId> connection_ids_;
  boost::unordered_flat_map<ConnectionId, Connection, IdHash> connections_;
  boost::unordered_flat_map<TargetId, std::shared_ptr<Stream>, IdHash> targets_;  // dialled or up
  boost::unordered_flat_map<MappingId, std::shared_ptr<UdpSocket>, IdHash> mappings_;
  bool stopping_ = false;
  bool closed_ = false;
};

}  // namespace fullcone
