#include "conformance/bed/nat_bed.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "conformance/bed/association_port.hpp"

namespace fullcone::conformance {
namespace {

constexpr int kProbes = 3;

}  // namespace

// ----- endpoints

InternalEndpoint NatBed::internal() { return open_internal(0); }
InternalEndpoint NatBed::internal_elsewhere() { return open_internal(1); }

InternalEndpoint NatBed::open_internal(std::size_t host) {
  if (!subject().is_proxy) {
    auto port = network().open_internal(host);
    if (port == nullptr) port = network().open_internal(0);
    return {*this, std::move(port), "internal endpoint"};
  }
  auto [control, relay] = open_association();
  // An unspecified address stands for the proxy's own.
  if (relay.ip.is_unspecified()) relay.ip = network().local_port().ip;
  return {*this, std::make_unique<AssociationPort>(control, relay, network().open_app_port()),
          "association"};
}

InternalEndpoint NatBed::internal_twin(const InternalEndpoint& other) {
  if (subject().is_proxy) skip("associations have no port to be the same");
  auto port = network().open_internal_twin(other.port());
  if (port == nullptr) skip("no other internal address has that port free");
  return {*this, std::move(port), "internal endpoint"};
}

Peer NatBed::peer_elsewhere(const Peer& peer) {
  Peer other = this->peer(peer.endpoint().family());
  if (other.endpoint().ip == peer.endpoint().ip) skip("there is one peer address only");
  return other;
}

void NatBed::needs_proxy() {
  if (!subject().is_proxy) skip("not a SOCKS5 proxy");
}

// ----- probes

Mapping NatBed::map(const InternalEndpoint& internal, const Peer& remote) {
  return {internal, remote, sure_arrival(internal, remote.endpoint(), remote).source};
}

Datagram NatBed::sure_arrival(const Peer& from, const Endpoint& to, const Peer& at) {
  for (int i = 0; i < kProbes; ++i) {
    const std::string payload = unique("probe");
    from.send_to(to, payload);
    run_until([&] { return at.got(payload).has_value(); }, pace().answer_limit / kProbes);
    if (auto datagram = at.got(payload)) {
      received(at.name(), describe(*datagram), datagram->payload);
      return *datagram;
    }
  }
  throw Unmet{"a datagram of " + from.name() + " at " + at.name(),
              "none of " + std::to_string(kProbes), "", true};
}

std::optional<Datagram> NatBed::arrival(const Peer& from, const Endpoint& to, const Peer& at) {
  std::vector<std::string> payloads;
  for (int i = 0; i < kProbes; ++i) {
    payloads.push_back(unique("probe"));
    from.send_to(to, payloads.back());
  }
  std::optional<Datagram> datagram;
  const auto arrived = [&] {
    for (const auto& payload : payloads) {
      if (!datagram) datagram = at.got(payload);
    }
    return datagram.has_value();
  };
  if (!run_until(arrived, quiet_time())) {
    exchange();
    run_until(arrived, quiet_time());
  }
  if (datagram) {
    received(at.name(), describe(*datagram), datagram->payload);
  } else {
    note(at.name() + " gets nothing");
  }
  return datagram;
}

Finding NatBed::admits(const Mapping& mapping, const Peer& source) {
  const auto datagram = arrival(source, mapping.external, mapping.internal);
  const std::string what = source.name() + " to " + describe(mapping.external);
  return {datagram.has_value(), what + (datagram ? " is let in" : " is kept out")};
}

Finding NatBed::carries(const Mapping& mapping, std::string_view payload) {
  return passes(mapping.internal, mapping.remote.endpoint(), mapping.remote, payload);
}

Finding NatBed::carries_back(const Mapping& mapping, std::string_view payload) {
  return passes(mapping.remote, mapping.external, mapping.internal, payload);
}

Finding NatBed::passes(const Peer& from, const Endpoint& to, const Peer& at,
                       std::string_view payload) {
  const std::size_t before = at.received().size();
  for (int i = 0; i < kProbes; ++i) {
    from.send_to(to, payload);
    run_until([&] { return at.received().size() > before + static_cast<std::size_t>(i); },
              pace().answer_limit / kProbes);
    if (at.got(payload)) return {true, describe(payload)};
  }
  if (at.received().size() == before) {
    throw Unmet{describe(payload) + " at " + at.name(), "nothing", "", true};
  }
  return {false, describe(at.received().back())};
}

void NatBed::send_to_closed_port(const Mapping& mapping) {
  Endpoint closed;
  {
    const Peer gone = peer_beside(mapping.remote);
    closed = map(mapping.internal, gone).remote.endpoint();
  }
  for (int i = 0; i < kProbes; ++i) mapping.internal.send_to(closed, unique("gone"));
  wait_a_round_trip();
}

Finding NatBed::outlives(Duration idle) {
  const Mapping mapping = open_mapping();
  sure_arrival(mapping.remote, mapping.external, mapping.internal);
  pass(idle, "an idle mapping");
  const Finding admitted = admits(mapping, mapping.remote);
  return {admitted.holds, "after " + describe(idle) + ", " + admitted.seen};
}

// ----- before and after

void NatBed::exchange() {
  const Mapping mapping = open_mapping();
  sure_arrival(mapping.remote, mapping.external, mapping.internal);
}

void NatBed::calibrate(bool) {
  for (int i = 0; i < kProbes; ++i) {
    const TimePoint begun = network().now();
    exchange();
    measured(network().now() - begun);
  }
}

}  // namespace fullcone::conformance
