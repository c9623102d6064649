#include "simulator/network.hpp"

#include <utility>

#include "base/hash.hpp"
#include "simulator/purpose_random.hpp"

namespace fullcone::sim {
namespace {

// Datagrams of one source and destination keep their order within an instant.
Lane lane_of(const Endpoint& from, const Endpoint& to) {
  return Lane{EndpointHash{EndpointHash{}(from)}(to)};
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
  return sockets_.emplace(endpoint, std::move(on_datagram)).second;
}

void Network::unbind(const Endpoint& endpoint) { sockets_.erase(endpoint); }

void Network::send(const Endpoint& from, const Endpoint& to, ByteView payload) {
  trace_.add({now(), TraceKind::datagram_sent, from, to, payload, {}});
  if (Host* const source = host_of(from.ip); source != nullptr && from.family() == to.family()) {
    leave(*source, from, to, payload);
  } else {
    trace_.add({now(), TraceKind::datagram_unclaimed, from, to, {}, {}});
  }
}

void Network::spoof(Host& liar, const Endpoint& from, const Endpoint& to, ByteView payload) {
  trace_.add({now(), TraceKind::datagram_sent, from, to, payload, "spoofed"});
  leave(liar, from, to, payload);
}

void Network::carry(const Hop& hop, const Endpoint& from, const Endpoint& to, ByteView payload) {
  const auto go_up = [&](Host* host) {
    return host == nullptr ? Passage{{now()}, 1}
                           : host->uplink.carry(host->up(), now(), payload.size());
  };
  const auto go_down = [&](Host* host, TimePoint when) {
    return host == nullptr ? Passage{{when}, 1}
                           : host->downlink.carry(host->down(), when, payload.size());
  };
  const Passage up = go_up(hop.uplink);
  unsigned copies = 0;
  for (unsigned i = 0; i < up.copies; ++i) {
    const Passage down = go_down(hop.downlink, up.out[i]);
    for (unsigned j = 0; j < down.copies; ++j) plan(hop, down.out[j], from, to, payload);
    copies += down.copies;
  }
  if (copies == 0) trace_.add({now(), TraceKind::datagram_lost, from, to, {}, {}});
  const bool on_internet = hop.uplink != nullptr && hop.uplink->behind == nullptr;
  for (unsigned i = 1; i < copies; ++i) {
    trace_.add({now(), TraceKind::datagram_duplicated, from, to, {}, {}});
    if (on_internet && watch_.duplicated) watch_.duplicated(from, to, payload);
  }
}

void Network::plan(const Hop& hop, TimePoint when, const Endpoint& from, const Endpoint& to,
                   ByteView payload) {
  if (hop.router == nullptr) return plan_arrival(when, from, to, payload);
  events_.at(when, lane_of(from, to),
             [this, router = hop.router, inside = hop.from_inside, from, to,
              payload = to_bytes(payload)] { cross(*router, inside, from, to, payload); });
}

void Network::plan_arrival(TimePoint when, const Endpoint& from, const Endpoint& to,
                           ByteView payload) {
  events_.at(when, lane_of(from, to),
             [this, from, to, payload = to_bytes(payload)] { arrive(from, to, payload); });
}

void Network::arrive(const Endpoint& from, const Endpoint& to, ByteView payload) {
  const auto socket = sockets_.find(to);
  if (socket == sockets_.end()) {
    trace_.add({now(), TraceKind::datagram_unclaimed, from, to, {}, {}});
    return;
  }
  trace_.add({now(), TraceKind::datagram_arrived, from, to, payload, {}});
  const OnDatagram on_datagram = socket->second;  // it may unbind itself
  on_datagram(from, payload);
}

}  // namespace fullcone::sim
