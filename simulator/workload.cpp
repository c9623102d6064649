#include "simulator/workload.hpp"

#include <algorithm>

namespace fullcone::sim {

Workload::Workload(World& world, const WorkloadSettings& settings)
    : world_(world), settings_(settings), random_(world.random("workload")) {
  for (std::size_t i = 0; i < settings.clients; ++i) {
    ClientSettings wanted;
    wanted.limits = settings.client_limits;
    if (random_.chance(settings.v0)) wanted.version = 0;
    if (random_.chance(0.25)) wanted.mapping = MappingPolicy::endpoint_independent;
    clients_.push_back(&world.client(settings.client_link, wanted));
  }
  std::vector<IpAddress> named;
  for (std::size_t i = 0; i < settings.peers; ++i) {
    const bool beside = i > 0 && random_.chance(0.2);
    const Family family = random_.chance(0.25) ? Family::ipv6 : Family::ipv4;
    Peer& peer =
        beside ? world.peer_beside(*peers_.back()) : world.peer(family, settings.peer_link);
    if (random_.chance(0.4)) peer.echo();
    if (!beside) named.push_back(peer.endpoint().ip);
    peers_.push_back(&peer);
  }
  world.zone().set_rotating("any.example", named);
  target_ = &world.tcp_target();
}

void Workload::live() {
  for (unsigned i = 0; i < settings_.steps; ++i) {
    step();
    rest();
  }
}

void Workload::rest() {
  if (random_.chance(0.3)) return;
  const bool is_long = settings_.long_pause != 0s && random_.chance(0.03);
  const Duration most = is_long ? settings_.long_pause : settings_.most_pause;
  world_.run_for(Duration(random_.below(static_cast<std::uint64_t>(most.count()) + 1)));
}

void Workload::step() {
  if (random_.chance(settings_.faults)) return fault();
  const auto what = random_.below(100);
  if (what < 50) return app_sends();
  if (what < 85) return peer_sends();
  if (what < 92) return open_app();
  if (what < 96) return end_app();
  use_tcp();
}

// ----- what apps and peers do

void Workload::app_sends() {
  const auto apps = living_apps();
  if (apps.empty()) return open_app();
  UdpApp& app = *apps[random_.below(apps.size())];
  const Peer& peer = any_peer();
  const auto many = random_.chance(0.1) ? random_.between(2, 20) : 1;
  for (std::uint64_t i = 0; i < many; ++i) {
    if (random_.chance(0.1)) {
      app.send_to(NamedEndpoint{"any.example", peer.endpoint().port}, payload());
    } else {
      app.send_to(peer.endpoint(), payload());
    }
  }
}

// To whoever wrote to it, or as a stranger to any port that it could know of.
void Workload::peer_sends() {
  Peer& peer = any_peer();
  const auto ports = known_ports();
  const bool answers = !peer.received().empty() && random_.chance(0.5);
  if (!answers && ports.empty()) return;
  const Endpoint to = answers ? peer.last_source() : ports[random_.below(ports.size())];
  if (to.family() != peer.family()) return;
  const auto many = random_.chance(0.1) ? random_.between(2, 20) : 1;
  for (std::uint64_t i = 0; i < many; ++i) peer.send_to(to, payload());
}

void Workload::open_app() {
  if (living_apps().size() < settings_.apps) any_client().open_udp();
}

void Workload::end_app() {
  const auto apps = living_apps();
  if (apps.empty()) return;
  UdpApp& app = *apps[random_.below(apps.size())];
  random_.chance(0.7) ? app.quit() : app.crash();
}

void Workload::use_tcp() {
  TcpApp& app = any_client().connect(target_->endpoint());
  app.send(Bytes(random_.below(20'000)));
  if (random_.chance(0.8)) app.half_close();
}

// A number of its own, and now and then the extremes of size.
Bytes Workload::payload() {
  const auto kind = random_.below(40);
  if (kind == 0) return {};
  std::size_t size = 8 + random_.below(kind == 1 ? 60'000 : 1400);
  Bytes octets(size, static_cast<std::uint8_t>('a' + size % 26));
  std::uint64_t number = ++payloads_;
  for (std::size_t i = 0; i < 8; ++i, number >>= 8) {
    octets[i] = static_cast<std::uint8_t>(number & 0xff);
  }
  return octets;
}

std::vector<UdpApp*> Workload::living_apps() {
  std::vector<UdpApp*> living;
  for (ClientNode* const client : clients_) {
    for (UdpApp& app : client->udp_apps()) {
      if (app.ready() || app.state() == UdpApp::State::associating) living.push_back(&app);
    }
  }
  return living;
}

std::vector<Endpoint> Workload::known_ports() {
  std::set<Endpoint> known;
  for (const Peer* const peer : peers_) {
    for (const Datagram& got : peer->received()) known.insert(got.source);
  }
  return {known.begin(), known.end()};
}

// ----- what goes wrong

void Workload::fault() {
  ClientNode& client = any_client();
  const auto streams = client.server_streams();
  if (random_.chance(settings_.server_restarts / settings_.faults)) {
    world_.tell_story("the server restarts");
    return world_.server().restart();
  }
  const auto what = random_.below(20);
  if (what == 0) {
    world_.tell_story("a client restarts");
    client.restart();
  } else if (what == 1) {
    world_.tell_story("all streams of a client are cut");
    client.cut_all();
  } else if (what < 5) {
    client.host().link.loss = random_.chance(0.5) ? 0.2 : settings_.client_link.loss;
  } else if (!streams.empty()) {
    harm(*streams[random_.below(streams.size())]);
  }
}

void Workload::harm(StreamEnd& end) {
  const auto what = random_.below(10);
  if (what < 4) {
    world_.tell_story("a stream is cut");
    end.link().cut();
  } else if (what < 6) {
    world_.tell_story("a stream will be cut");
    end.link().cut_after(end, random_.below(500));
  } else if (what < 7) {
    world_.tell_story("a stream falls silent");
    end.link().fall_silent();
  } else {
    world_.tell_story("a stream is not read");
    end.pause(Pause::by_owner);
    world_.after(Duration(random_.below(20'000'000'000)),
                 [held = end.link().share(end)] { held->resume(Pause::by_owner); });
  }
}

bool Workload::heals(Duration limit) {
  world_.tell_story("the faults are over");
  for (ClientNode* const client : clients_) client->host().link = {};
  for (Peer* const peer : peers_) world_.network().host_of(peer->endpoint().ip)->link = {};
  world_.run_for(1s);  // who has lost its client learns of it
  const TimePoint end = world_.now() + limit;
  for (UdpApp* const app : living_apps()) {
    Peer& peer = any_peer();
    const Bytes sent = payload();
    if (sent.empty()) continue;
    while (peer.count(sent) == 0) {
      if (world_.now() >= end) return false;
      app->send_to(peer.endpoint(), sent);
      world_.run_for(1s);
    }
  }
  return true;
}

}  // namespace fullcone::sim
