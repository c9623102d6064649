#include "simulator/network.hpp"

#include <utility>

#include "base/hash.hpp"
#include "simulator/purpose_random.hpp"

namespace fullcone::sim {
namespace {

// Datagrams of one source and destination keep their order within an instant.
Lane lane_of(const Packet& packet) {
  return Lane{EndpointHash{EndpointHash{}(packet.from)}(packet.to)};
}

}  // namespace

Network::Network(EventQueue& events, Trace& trace, std::uint64_t seed)
    : events_(events), trace_(trace), seed_(seed) {}

// ----- hosts

Host& Network::add_host(const LinkSettings& link, Router* behind) {
  const std::uint64_t number = hosts_.size();
  hosts_.push_back(std::make_unique<Host>(Host{link,
                                               {},
                                               SiteId{number},
                                               DatagramLink(random_for(seed_, "uplink", number)),
                                               DatagramLink(random_for(seed_, "downlink", number)),
                                               behind}));
  return *hosts_.back();
}

Host& Network::add_host_beside(const Host& neighbour) {
  Host& host = add_host(neighbour.link, neighbour.behind);
  host.site = neighbour.site;
  return host;
}

void Network::give_address(Host& host, const IpAddress& ip, std::string_view name) {
  addresses_[ip] = &host;
  trace_.name(ip, std::string(name));
}

Host* Network::host_of(const IpAddress& ip) {
  const auto found = addresses_.find(ip);
  return found == addresses_.end() ? nullptr : found->second;
}

std::uint16_t Network::next_port(const IpAddress& ip) {
  constexpr std::uint16_t kFirst = 32768;
  constexpr std::uint16_t kLast = 60999;
  auto& port = last_port_.try_emplace(ip, kLast).first->second;
  do {
    port = port == kLast ? kFirst : static_cast<std::uint16_t>(port + 1);
  } while (bound({ip, port}));
  return port;
}

// ----- UDP

bool Network::bind(const Endpoint& endpoint, OnDatagram on_datagram) {
  if (bound(endpoint)) return false;
  sockets_.emplace(endpoint, std::make_shared<const OnDatagram>(std::move(on_datagram)));
  return true;
}

void Network::unbind(const Endpoint& endpoint) { sockets_.erase(endpoint); }

void Network::send(const Endpoint& from, const Endpoint& to, ByteView payload) {
  const Packet packet{from, to, Payload(payload)};
  trace_.add({now(), TraceKind::datagram_sent, from, to, packet.payload.content(), {}});
  if (Host* const source = host_of(from.ip); source != nullptr && from.family() == to.family()) {
    leave(*source, packet);
  } else {
    note(TraceKind::datagram_unclaimed, packet);
  }
}

void Network::spoof(Host& liar, const Endpoint& from, const Endpoint& to, ByteView payload) {
  const Packet packet{from, to, Payload(payload)};
  trace_.add({now(), TraceKind::datagram_sent, from, to, packet.payload.content(), "spoofed"});
  leave(liar, packet);
}

void Network::carry(const Hop& hop, const Packet& packet) {
  const std::size_t octets = packet.payload.size();
  const auto go_up = [&](Host* host) {
    return host == nullptr ? Passage{{now()}, 1} : host->uplink.carry(host->up(), now(), octets);
  };
  const auto go_down = [&](Host* host, TimePoint when) {
    return host == nullptr ? Passage{{when}, 1} : host->downlink.carry(host->down(), when, octets);
  };
  const Passage up = go_up(hop.uplink);
  unsigned copies = 0;
  for (unsigned i = 0; i < up.copies; ++i) {
    const Passage down = go_down(hop.downlink, up.out[i]);
    for (unsigned j = 0; j < down.copies; ++j) plan(hop, down.out[j], packet);
    copies += down.copies;
  }
  if (copies == 0) note(TraceKind::datagram_lost, packet);
  const bool on_internet = hop.uplink != nullptr && hop.uplink->behind == nullptr;
  for (unsigned i = 1; i < copies; ++i) {
    note(TraceKind::datagram_duplicated, packet);
    if (on_internet && watch_.duplicated) watch_.duplicated(packet);
  }
}

void Network::plan(const Hop& hop, TimePoint when, const Packet& packet) {
  if (hop.router == nullptr) return plan_arrival(when, packet);
  events_.at(when, lane_of(packet), [this, router = hop.router, inside = hop.from_inside, packet] {
    cross(*router, inside, packet);
  });
}

void Network::plan_arrival(TimePoint when, const Packet& packet) {
  events_.at(when, lane_of(packet), [this, packet] { arrive(packet); });
}

void Network::arrive(const Packet& packet) {
  const auto socket = sockets_.find(packet.to);
  if (socket == sockets_.end()) return note(TraceKind::datagram_unclaimed, packet);
  trace_.add(
      {now(), TraceKind::datagram_arrived, packet.from, packet.to, packet.payload.content(), {}});
  const auto on_datagram = socket->second;  // it may unbind itself
  (*on_datagram)(packet.from, packet.payload.octets());
}

void Network::note(TraceKind fate, const Packet& packet, std::string_view why) {
  trace_.add({now(), fate, packet.from, packet.to, {}, why});
}

}  // namespace fullcone::sim
