#include "simulator/life/endings.hpp"

#include <string>
#include <vector>

namespace fullcone::sim {
namespace {

struct Attempt {
  Number app = 0;
  UdpApp* from = nullptr;
  Peer* to = nullptr;
  Bytes payload;
};

void end_faults(World& world, Cast& cast) {
  world.tell_story("the faults are over");
  for (const auto& [number, server] : cast.servers()) {
    server->host().link = {};
    server->exhaust_ports(false);
    server->start();
  }
  for (const auto& [number, client] : cast.clients()) {
    client->host().link = {};
    client->start();
  }
  for (const auto& [number, nat] : cast.nats()) nat->host().link = {};
  for (const auto& [number, peer] : cast.peers()) cast.host(Place::peer, number)->link = {};
}

// Each app to the next peer in turn, of those that can be written to.
std::vector<Attempt> attempts(Cast& cast) {
  std::vector<Peer*> peers;
  for (const auto& [number, peer] : cast.peers()) {
    if (cast.is_public(*peer)) peers.push_back(peer);
  }
  std::vector<Attempt> all;
  for (const auto& [number, app] : cast.apps()) {
    if (!app->ready() || peers.empty()) continue;
    all.push_back({number, app, peers[all.size() % peers.size()], cast.payload(64, number)});
  }
  return all;
}

}  // namespace

void check_echoes(World& world, Cast& cast, const Life& life) {
  for (const auto& [number, call] : cast.calls()) {
    if (life.targets.at(call.target).manner != TcpManner::echo) continue;
    const Bytes& got = call.app->received();
    bool same = got.size() <= call.sent;
    for (std::size_t i = 0; same && i < got.size(); ++i) same = got[i] == octet_at(i);
    world.expect(same, "tcp " + std::to_string(number) + " gets back what it sent");
  }
}

void heal(World& world, Cast& cast, Duration within) {
  end_faults(world, cast);
  world.run_for(KeepAlive{}.dead_after() + 5s);
  std::vector<Attempt> open = attempts(cast);
  const TimePoint end = world.now() + within;
  while (!open.empty() && world.now() < end) {
    for (const Attempt& each : open) each.from->send_to(each.to->endpoint(), each.payload);
    world.run_for(1s);
    std::erase_if(open, [](const Attempt& each) {
      return each.from->state() == UdpApp::State::gone || each.to->count(each.payload) != 0;
    });
  }
  for (const Attempt& each : open) {
    world.expect(false, "app " + std::to_string(each.app) + " reaches " +
                            each.to->endpoint().to_string() + " when the faults are over");
  }
}

}  // namespace fullcone::sim
