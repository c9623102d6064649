// Who is who while a life is lived: the world's things by their numbers in the plan, the apps that
// events have opened, and by which port each peer knows each app.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "simulator/life/life.hpp"
#include "simulator/world.hpp"

namespace fullcone::sim {

// A TCP app and what it has said: octets that tell their place in the stream.
struct TcpCall {
  TcpApp* app = nullptr;
  Number target = 0;
  std::uint64_t sent = 0;
};
std::uint8_t octet_at(std::uint64_t place);

// A stream that is spoken by hand, to a server or to a client as an app would.
struct Hand {
  RawStream* stream = nullptr;
  Number server = 0;           // whose users it knows
  std::vector<Peer*> sockets;  // of an app: two of its own, and one of the machine beside
};

class Cast {
 public:
  // Makes everything that `life` plans; both outlive it.
  Cast(World& world, const Life& life);

  // Null: there is none, or none any more.
  ServerNode* server(Number number) const { return find(servers_, number); }
  Router* nat(Number number) const { return find(nats_, number); }
  ClientNode* client(Number number) const { return find(clients_, number); }
  Peer* peer(Number number) const { return find(peers_, number); }
  TcpTarget* target(Number number) const { return find(targets_, number); }
  UdpApp* app(Number number) const { return find(apps_, number); }
  TcpCall* call(Number number) {
    const auto found = calls_.find(number);
    return found == calls_.end() ? nullptr : &found->second;
  }
  Hand* hand(Number number) {
    const auto found = hands_.find(number);
    return found == hands_.end() ? nullptr : &found->second;
  }
  Host* host(Place place, Number number) const;

  const std::map<Number, ServerNode*>& servers() const { return servers_; }
  const std::map<Number, Router*>& nats() const { return nats_; }
  const std::map<Number, ClientNode*>& clients() const { return clients_; }
  const std::map<Number, Peer*>& peers() const { return peers_; }
  // Whether anybody may write to it first.
  bool is_public(const Peer& peer) const;
  const std::map<Number, UdpApp*>& apps() const { return apps_; }
  const std::map<Number, TcpCall>& calls() const { return calls_; }

  // False: the number is taken already.
  bool add(Number number, UdpApp& app) { return apps_.emplace(number, &app).second; }
  bool add(Number number, const TcpCall& call) { return calls_.emplace(number, call).second; }
  bool add(Number number, Hand hand) { return hands_.emplace(number, std::move(hand)).second; }

  // A payload of `octets` that no other has, from 8 octets on; `app`: whose it is, 0: a peer's.
  Bytes payload(std::uint64_t octets, Number app);
  // What they stand for; nobody is 0.0.0.0, or a user of zeros.
  Bytes octets(const WrittenOctets& written, const Hand& hand);
  // Where `peer` has last heard `app` from; null: never.
  const Endpoint* known(Number peer, Number app);

 private:
  template <class Thing>
  static Thing* find(const std::map<Number, Thing*>& things, Number number) {
    const auto found = things.find(number);
    return found == things.end() ? nullptr : found->second;
  }
  void make_servers(const Life& life);
  void make_nats(const Life& life);
  void make_clients(const Life& life);
  void make_peers(const Life& life);
  void behave(Peer& peer, PeerManner manner);
  void make_names(const Life& life);
  void learn(Number number, const Peer& peer);
  Bytes octets_of(const WrittenPiece& piece, const Hand& hand);
  Endpoint endpoint(Piece kind, Number number) const;

  World& world_;
  std::map<Number, ServerNode*> servers_;
  std::map<Number, Router*> nats_;
  std::map<Number, ClientNode*> clients_;
  std::map<Number, Peer*> peers_;
  std::map<Number, TcpTarget*> targets_;
  std::map<Number, UdpApp*> apps_;
  std::map<Number, TcpCall> calls_;
  std::map<Number, Hand> hands_;
  std::vector<Number> senders_;              // of the payloads so far, the first one numbered 1
  std::map<Number, std::size_t> looked_at_;  // of what a peer has received
  std::map<std::pair<Number, Number>, Endpoint> ports_;  // (peer, app) -> port
};

// What the name of a plan is called in the world.
std::string host_name(Number name);

}  // namespace fullcone::sim
