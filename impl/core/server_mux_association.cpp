#include "core/server_mux_association.hpp"

#include <algorithm>
#include <utility>

#include "wire/mux_frame.hpp"

namespace fullcone {
namespace {

// What a datagram costs while it waits: an empty one takes room too.
std::size_t cost_of(const NamedEndpoint& name, ByteView payload) {
  constexpr std::size_t kEntry = 64;
  return kEntry + name.host.size() + payload.size();
}

}  // namespace

ServerMuxAssociation::ServerMuxAssociation(const Site& site, mux::StreamId stream)
    : site_(site),
      stream_(stream),
      cone_(MappingPolicy::endpoint_independent, site.limits.session, site.hash_seed),
      pins_(0, DestinationHash{site.hash_seed}),
      lookup_of_(0, DestinationHash{site.hash_seed}) {}

// ----- from the client

void ServerMuxAssociation::on_client_datagram(const Destination& peer, ByteView payload,
                                              TimePoint now, ServerActions& out) {
  ++site_.counters.frames_in;
  if (const auto* const endpoint = std::get_if<Endpoint>(&peer)) {
    return send(*endpoint, payload, now, out);
  }
  const auto pinned = pins_.find(peer);
  if (pinned != pins_.end()) {
    const Endpoint address = pinned->second;
    return send(address, payload, now, out);
  }
  wait_for_address(std::get<NamedEndpoint>(peer), payload, out);
}

void ServerMuxAssociation::send(const Endpoint& peer, ByteView payload, TimePoint now,
                                ServerActions& out) {
  if (payload.size() > max_udp_payload(peer.family())) {
    ++site_.counters.dropped_too_large_out;
    return;
  }
  if (!site_.egress.allows(peer)) {
    ++site_.counters.dropped_denied;
    return;
  }
  auto mapping = cone_.mapping_for(peer);
  if (!mapping) {
    mapping = site_.mapping_ids.next();
    cone_.open(*mapping, peer.family(), now);
    ++site_.counters.mappings_opened;
    out.push(server::OpenMapping{*mapping, peer.family()});
  }
  cone_.on_sent(*mapping, now);
  ++site_.counters.datagrams_sent;
  out.push(server::SendDatagram{*mapping, peer, payload});
}

// One lookup for all datagrams of a name.
void ServerMuxAssociation::wait_for_address(const NamedEndpoint& name, ByteView payload,
                                            ServerActions& out) {
  if (waiting_bytes_ + cost_of(name, payload) > site_.limits.resolving_bytes) {
    ++site_.counters.dropped_unresolved;
    return;
  }
  const auto [known, is_new] = lookup_of_.try_emplace(name, last_lookup_ + 1);
  if (is_new) {
    ++last_lookup_;
    lookups_[last_lookup_].name = name;
    out.push(server::Resolve{{site_.connection, stream_, last_lookup_}, name.host});
  }
  waiting_bytes_ += cost_of(name, payload);
  lookups_.at(known->second).waiting.push_back(to_bytes(payload));
  ++site_.counters.resolving;
}

// The name is pinned to the first address that policy admits, as long as the mapping lives.
void ServerMuxAssociation::on_resolved(std::uint32_t number, std::span<const IpAddress> addresses,
                                       TimePoint now, ServerActions& out) {
  const auto found = lookups_.find(number);
  if (found == lookups_.end()) return;
  Lookup lookup = std::move(found->second);
  lookups_.erase(found);
  lookup_of_.erase(lookup.name);
  const auto admitted = std::ranges::find_if(addresses, [&](const IpAddress& ip) {
    return site_.egress.allows({ip, lookup.name.port});
  });
  const bool pinned = admitted != addresses.end() && pins_.size() < site_.limits.session.dialled;
  const Endpoint address = pinned ? Endpoint{*admitted, lookup.name.port} : Endpoint{};
  if (pinned) pins_.emplace(lookup.name, address);
  site_.counters.resolving -= lookup.waiting.size();
  for (Bytes& payload : lookup.waiting) {
    waiting_bytes_ -= cost_of(lookup.name, payload);
    if (pinned) {
      send(address, out.keep(std::move(payload)), now, out);
    } else {
      ++(addresses.empty() ? site_.counters.dropped_unresolved : site_.counters.dropped_denied);
    }
  }
}

// ----- from peers

bool ServerMuxAssociation::on_datagram(MappingId mapping, const Endpoint& source, ByteView payload,
                                       TimePoint now) {
  ++site_.counters.datagrams_in;
  if (!cone_.on_heard(mapping, source, now)) {
    ++site_.counters.dropped_no_mapping;
    return false;
  }
  if (payload.size() > mux::max_datagram_payload(source.family())) {
    ++site_.counters.dropped_too_large_in;
    return false;
  }
  return true;
}

// ----- time and the end

void ServerMuxAssociation::on_deadline(TimePoint now, ServerActions& out) {
  while (const auto mapping = cone_.expired(now)) {
    ++site_.counters.mappings_expired;
    out.push(server::CloseMapping{*mapping});
    forget(*mapping);
  }
}

void ServerMuxAssociation::forget(MappingId mapping) {
  const auto family = cone_.family_of(mapping);
  if (!family) return;
  cone_.close(mapping);
  erase_if(pins_, [&](const auto& pin) { return pin.second.family() == *family; });
}

void ServerMuxAssociation::end(ServerActions& out) {
  for (const auto& [number, lookup] : lookups_) {
    site_.counters.resolving -= lookup.waiting.size();
    site_.counters.dropped_unresolved += lookup.waiting.size();
  }
  lookups_.clear();
  for (const MappingId mapping : cone_.close_all()) out.push(server::CloseMapping{mapping});
}

}  // namespace fullcone
