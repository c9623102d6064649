#include "simulator/nat.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace fullcone::sim {
namespace {

Endpoint part_of(const Endpoint& remote, Dependence dependence) {
  switch (dependence) {
    case Dependence::endpoint_independent:
      return {};
    case Dependence::address_dependent:
      return {remote.ip, 0};
    case Dependence::address_and_port_dependent:
      break;
  }
  return remote;
}

std::string dependence_name(Dependence dependence) {
  switch (dependence) {
    case Dependence::endpoint_independent:
      return "EI";
    case Dependence::address_dependent:
      return "AD";
    case Dependence::address_and_port_dependent:
      break;
  }
  return "APD";
}

}  // namespace

std::string mapping_name(Dependence mapping) { return dependence_name(mapping) + "M"; }
std::string filtering_name(Dependence filtering) { return dependence_name(filtering) + "F"; }

Nat::Nat(const NatBehaviour& behaviour, std::vector<IpAddress> external_addresses, Random random)
    : behaviour_(behaviour),
      external_addresses_(std::move(external_addresses)),
      random_(random),
      last_assigned_(static_cast<std::uint16_t>(behaviour.first_port - 1)) {
  assert(!external_addresses_.empty() && behaviour.first_port > 0);
  assert(behaviour.first_port <= behaviour.last_port);
}

// ----- crossing

Translation Nat::outbound(const Endpoint& source, const Endpoint& destination, TimePoint now) {
  const auto mapping = find_or_open(source, destination, now);
  if (mapping == mappings_.end()) return {Crossing::exhausted, source, destination, false};
  mapping->permitted.insert(part_of(destination, behaviour_.filtering));
  if (behaviour_.outbound_refresh) refresh(mapping, now);
  if (owns(destination.ip)) return hairpin(source, mapping->external, destination, now);
  return {Crossing::forwarded, mapping->external, destination, false};
}

Translation Nat::inbound(const Endpoint& source, const Endpoint& destination, TimePoint now) {
  expire(now);
  const auto [first, last] = by_external_.equal_range(destination);
  if (first == last) return {Crossing::unmapped, source, destination, true};
  for (auto found = first; found != last; ++found) {
    const MappingIterator mapping = found->second;
    if (!mapping->permitted.contains(part_of(source, behaviour_.filtering))) continue;
    if (behaviour_.inbound_refresh) refresh(mapping, now);
    return {Crossing::forwarded, source, mapping->internal, true};
  }
  return {Crossing::filtered, source, destination, true};
}

// The datagram passes the filter as any from outside would, from the sender's external endpoint;
// what differs is the source that the receiver is shown.
Translation Nat::hairpin(const Endpoint& internal, const Endpoint& external_source,
                         const Endpoint& destination, TimePoint now) {
  if (behaviour_.hairpinning == Hairpinning::none) {
    return {Crossing::no_hairpin, internal, destination, true};
  }
  Translation turned = inbound(external_source, destination, now);
  if (behaviour_.hairpinning == Hairpinning::internal_source) turned.source = internal;
  return turned;
}

bool Nat::owns(const IpAddress& address) const {
  return std::ranges::find(external_addresses_, address) != external_addresses_.end();
}

// ----- mappings

Nat::MappingIterator Nat::find_or_open(const Endpoint& internal, const Endpoint& remote,
                                       TimePoint now) {
  expire(now);
  const MappingKey key{internal, part_of(remote, behaviour_.mapping)};
  if (const auto known = by_key_.find(key); known != by_key_.end()) return known->second;
  const auto external = assign(internal);
  if (!external) return mappings_.end();
  const auto opened = mappings_.insert(mappings_.end(), {internal, *external, key, now, {}});
  by_key_.emplace(key, opened);
  by_external_.emplace(*external, opened);
  return opened;
}

void Nat::refresh(MappingIterator mapping, TimePoint now) {
  mapping->refreshed = now;
  mappings_.splice(mappings_.end(), mappings_, mapping);
}

void Nat::close(MappingIterator mapping) {
  by_key_.erase(mapping->key);
  const auto [first, last] = by_external_.equal_range(mapping->external);
  by_external_.erase(
      std::find_if(first, last, [&](const auto& entry) { return entry.second == mapping; }));
  mappings_.erase(mapping);
}

void Nat::expire(TimePoint now) {
  while (!mappings_.empty() && mappings_.front().refreshed + behaviour_.idle <= now) {
    close(mappings_.begin());
  }
}

std::size_t Nat::mappings(TimePoint now) {
  expire(now);
  return mappings_.size();
}

void Nat::forget_all() {
  mappings_.clear();
  by_key_.clear();
  by_external_.clear();
  paired_.clear();
}

// ----- external endpoints

std::optional<Endpoint> Nat::assign(const Endpoint& internal) {
  const IpAddress& address = external_address(internal.ip);
  const auto port = free_port(address, internal.port);
  if (!port) return std::nullopt;
  return Endpoint{address, *port};
}

const IpAddress& Nat::external_address(const IpAddress& internal) {
  const std::size_t count = external_addresses_.size();
  if (behaviour_.pooling == Pooling::arbitrary) return external_addresses_[random_.below(count)];
  const auto [entry, added] = paired_.try_emplace(internal);
  if (added) entry->second = external_addresses_[addresses_paired_++ % count];
  return entry->second;
}

std::optional<std::uint16_t> Nat::free_port(const IpAddress& address, std::uint16_t wanted) {
  const unsigned first = behaviour_.first_port;
  const unsigned count = behaviour_.last_port - first + 1u;
  const bool keeps = behaviour_.ports == PortAssignment::preservation ||
                     behaviour_.ports == PortAssignment::overloading;
  const bool in_range = wanted >= behaviour_.first_port && wanted <= behaviour_.last_port;
  if (behaviour_.ports == PortAssignment::overloading) return wanted;
  if (keeps && in_range && is_free(address, wanted)) return wanted;

  const unsigned start = behaviour_.ports == PortAssignment::sequential
                             ? last_assigned_ + 1u - first
                             : static_cast<unsigned>(random_.below(count));
  for (unsigned step = 0; step < count; ++step) {
    const auto port = static_cast<std::uint16_t>(first + (start + step) % count);
    if (behaviour_.preserves_parity && port % 2 != wanted % 2) continue;
    if (!is_free(address, port)) continue;
    last_assigned_ = port;
    return port;
  }
  return std::nullopt;
}

bool Nat::is_free(const IpAddress& address, std::uint16_t port) const {
  return !by_external_.contains({address, port});
}

}  // namespace fullcone::sim
