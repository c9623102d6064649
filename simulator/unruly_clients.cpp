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
  wanted.limits.session.mapping_inbound_only = 300s;
  wanted.limits.session.heard = 2;
  wanted.limits.session.channel_queue_bytes = 4000;
  wanted.limits.session.crumfurs_queue_bytes = 4000;
  server_ = &world.server(wanted, {world.new_user("one"), world.new_user("other")});
  std::vector<IpAddress> named;
  for (std::size_t i = 0; i < settings.peers; ++i) {
    peers_.push_back(&world.peer(i % 3 == 2 ? Family::ipv6 : Family::ipv4));
    if (random_.chance(0.5)) peers_.back()->echo();
    named.push_back(peers_.back()->endpoint().ip);
  }
  world.zone().set_rotating("any.example", named);
  target_ = &world.tcp_target(random_.chance(0.5) ? TcpManner::echo : TcpManner::reset_midway);
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
  const RequestHeader request = header();
  Bytes octets;
  encode_request_header(request, octets);
  if (random_.chance(0.15)) octets[0] = 0;  // v0, which skips the addons
  if (random_.chance(0.05)) octets[random_.below(octets.size())] ^= 0x55;
  const bool silent_after = request.command == Command::crumfurs && random_.chance(0.9);
  if (!silent_after && random_.chance(0.7)) append(octets, frames());
  if (random_.chance(0.1)) octets.resize(1 + random_.below(octets.size()));
  stream.send(octets);
}

RequestHeader UnrulyClients::header() {
  RequestHeader request;
  request.user = random_.chance(0.95) ? server_->users()[random_.below(2)].uuid : Uuid{};
  request.session.octets[15] = static_cast<std::uint8_t>(random_.below(3));
  if (random_.chance(0.2)) request.mapping = MappingPolicy::endpoint_independent;
  const auto kind = random_.below(10);
  request.command = kind < 3   ? Command::crumfurs
                    : kind < 8 ? Command::udp
                    : kind < 9 ? Command::tcp
                               : Command::mux;
  if (request.command == Command::udp) request.destination = destination();
  if (request.command == Command::tcp) request.destination = target_->endpoint();
  return request;
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
    const std::size_t size =
        random_.chance(0.03) ? random_.between(65'000, 65'535) : random_.below(600);
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
  for (auto count = random_.between(1, 5); count > 0; --count) {
    const std::size_t size = random_.chance(0.1) ? 0 : random_.below(1500);
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
