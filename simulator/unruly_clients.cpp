#include "simulator/unruly_clients.hpp"

#include <array>
#include <string>

#include "wire/datagram_frame.hpp"

namespace fullcone::sim {

UnrulyClients::UnrulyClients(World& world, const UnrulySettings& settings)
    : world_(world), settings_(settings), random_(world.random("unruly")) {
  ServerSettings wanted;
  wanted.limits.session.grace = 5s;
  wanted.limits.session.mapping_idle = 120s;
  wanted.limits.session.mapping_inbound_only = random_.chance(0.5) ? 120s : 300s;
  wanted.limits.session.heard = random_.chance(0.5) ? 2 : 100;
  wanted.limits.session.channel_queue_bytes = 4000;
  wanted.limits.session.crumfurs_queue_bytes = 4000;
  if (random_.chance(0.3)) {  // EGRESS-2 within reach
    wanted.limits.unauthenticated_connections = random_.between(2, 8);
    wanted.limits.connections_per_user = random_.between(3, 12);
    wanted.limits.sessions_per_user = random_.between(1, 3);
    wanted.limits.session.channels = random_.between(1, 8);
    wanted.limits.session.mappings = random_.between(1, 4);
    wanted.limits.session.dialled = random_.between(1, 6);
  }
  server_ = &world.server(wanted, {world.new_user("one"), world.new_user("other")});
  std::vector<IpAddress> named;
  for (std::size_t i = 0; i < settings.peers; ++i) {
    const bool beside = i == 1 && random_.chance(0.5);
    peers_.push_back(beside ? &world.peer_beside(*peers_.front())
                            : &world.peer(i % 3 == 2 ? Family::ipv6 : Family::ipv4));
    if (random_.chance(0.5)) peers_.back()->echo();
    named.push_back(peers_.back()->endpoint().ip);
  }
  world.zone().set_rotating("any.example", named);
  world.zone().set("inside.example", {IpAddress::v4(10, 0, 0, 1), IpAddress::v4(127, 0, 0, 1)});
  for (const TcpManner manner : {TcpManner::echo, TcpManner::reset_midway, TcpManner::refuse,
                                 TcpManner::hang, TcpManner::greet_and_finish}) {
    targets_.push_back(&world.tcp_target(manner));
  }
}

void UnrulyClients::live() {
  for (unsigned i = 0; i < settings_.steps; ++i) {
    step();
    rest();
  }
  server_->exhaust_ports(false);
}

void UnrulyClients::step() {
  const auto streams = open_streams();
  const auto what = random_.below(100);
  if (streams.empty() || (what < 25 && streams.size() < settings_.streams)) return open_stream();
  RawStream& stream = *streams[random_.below(streams.size())];
  if (what < 55) return speak(stream);
  if (what < 65) return leave(stream);
  if (what < 70) return random_.chance(0.5) ? stream.pause_reading() : stream.resume_reading();
  if (what < 72) return server_->exhaust_ports(random_.chance(0.3));
  peer_sends();
}

void UnrulyClients::rest() {
  const auto how = random_.below(100);
  if (how < 40) return;
  if (how < 97) return world_.run_for(Duration(random_.below(100'000'000)));
  world_.run_for(Duration(random_.below(how == 99 ? 150'000'000'000 : 12'000'000'000)));
}

// ----- what is said

void UnrulyClients::open_stream() {
  RawStream& stream = world_.connect_to_server(random_.chance(0.8) ? Family::ipv4 : Family::ipv6);
  streams_.push_back(&stream);
  const RequestPlan plan = request();
  const bool odd = random_.chance(0.15);
  Bytes octets = odd ? odd_request(plan, random_) : lawful_request(plan, random_);
  const bool silent_after = plan.command == 4 && random_.chance(0.9);
  if (!silent_after && random_.chance(0.7)) append(octets, frames());
  if (random_.chance(0.1)) octets.resize(1 + random_.below(octets.size()));
  stream.send(octets);
}

RequestPlan UnrulyClients::request() {
  RequestPlan plan;
  plan.user = random_.chance(0.95) ? server_->users()[random_.below(2)].uuid : Uuid{};
  plan.session = static_cast<std::uint8_t>(random_.below(3));
  plan.command = std::array<std::uint8_t, 10>{4, 4, 4, 2, 2, 2, 2, 2, 1, 1}[random_.below(10)];
  if (plan.command == 4 && random_.chance(0.2)) plan.mapping = 1;
  if (random_.chance(0.02)) plan.command = 3;
  if (plan.command <= 2 && random_.chance(0.15)) plan.version = 0;
  plan.destination = plan.command == 1 ? target() : destination();
  return plan;
}

Destination UnrulyClients::target() {
  switch (random_.below(10)) {
    case 0:
      return Endpoint{IpAddress::v4(192, 168, 0, 1), 80};
    case 1:
      return NamedEndpoint{"inside.example", 80};
    default:
      return targets_[random_.below(targets_.size())]->endpoint();
  }
}

Destination UnrulyClients::destination() {
  const Endpoint peer = any_peer().endpoint();
  switch (random_.below(20)) {
    case 0:
      return Endpoint{IpAddress::v4(10, 0, 0, 1), 53};  // EGRESS-1
    case 1:
      return Endpoint{peer.ip, 0};
    case 2:
      return NamedEndpoint{"nobody.example", 53};
    case 3:
    case 4:
      return NamedEndpoint{"any.example", peer.port};
    default:
      return peer;
  }
}

// Whole frames, but for the last one now and then.
Bytes UnrulyClients::frames() {
  Bytes octets;
  for (auto count = random_.between(1, 4); count > 0; --count) {
    const std::size_t size = random_.chance(0.03)   ? random_.between(65'506, 65'528)
                             : random_.chance(0.05) ? 0
                                                    : random_.below(600);
    append(octets, datagram_frame_head(size).view());
    octets.insert(octets.end(), size, static_cast<std::uint8_t>(random_.below(256)));
  }
  if (random_.chance(0.1)) octets.resize(random_.below(octets.size()));
  return octets;
}

// On an established CRUMFURS seldom: it would not live long.
void UnrulyClients::speak(RawStream& stream) {
  const bool crumfurs = !stream.received().empty() && stream.received().front() == 0x14;
  if (crumfurs && !random_.chance(0.03)) return;
  stream.send(frames());
}

void UnrulyClients::leave(RawStream& stream) {
  switch (random_.below(5)) {
    case 0:
      return stream.half_close();
    case 1:
      return stream.close_clean();
    case 2:
      return stream.cut();
    case 3:
      return stream.end().link().cut();
    default:
      return stream.end().link().cut_after(stream.end(), random_.below(300));
  }
}

void UnrulyClients::peer_sends() {
  Peer& peer = any_peer();
  const auto ports = server_->external_ports();
  if (ports.empty()) return;
  const Endpoint to = ports[random_.below(ports.size())];
  if (to.family() != peer.family()) return;
  const bool probes = random_.chance(0.3);  // as hole punchers do
  for (auto count = random_.between(1, 5); count > 0; --count) {
    const std::size_t size = probes ? 0 : random_.below(1500);
    peer.send_to(to, Bytes(size, static_cast<std::uint8_t>(random_.below(256))));
  }
}

std::vector<RawStream*> UnrulyClients::open_streams() {
  std::erase_if(streams_, [](const RawStream* stream) {
    return stream->end().closed() ||
           (!stream->open() && stream->state() != RawStream::State::connecting);
  });
  return streams_;
}

}  // namespace fullcone::sim
