#include "core/cone_table.hpp"

#include <algorithm>
#include <cassert>

namespace fullcone {

ConeTable::ConeTable(MappingPolicy policy, const SessionLimits& limits, std::uint64_t hash_seed)
    : policy_(policy), limits_(limits), by_endpoint_(0, EndpointHash{hash_seed}) {}

std::optional<MappingId> ConeTable::mapping_for(const Endpoint& destination) const {
  if (policy_ == MappingPolicy::endpoint_independent) {
    return by_family_[static_cast<std::size_t>(destination.family())];
  }
  const auto found = by_endpoint_.find(destination);
  if (found == by_endpoint_.end()) return std::nullopt;
  const Peer& peer = peers_[found->second];
  const Mapping* const mapping =
      peer.dialled != nullptr ? peer.dialled : hearings_[found->second].by;
  return mapping->id;
}

void ConeTable::open(MappingId mapping, Family family, TimePoint now) {
  Mapping& opened = *mappings_.emplace(mapping, std::make_unique<Mapping>()).first->second;
  opened.id = mapping;
  opened.family = family;
  opened.traffic = MappingTraffic::opened(now);
  expiries_.arm(opened.expiry, opened.traffic.expiry(limits_), mapping);
  if (policy_ == MappingPolicy::endpoint_independent) {
    by_family_[static_cast<std::size_t>(family)] = mapping;
  }
}

void ConeTable::close(MappingId mapping) {
  const auto found = mappings_.find(mapping);
  if (found == mappings_.end()) return;
  Mapping& closing = *found->second;
  while (!closing.dialled.empty()) forget_dialled(closing.dialled.front());
  while (!closing.heard.empty()) forget_heard(closing.heard.front());
  expiries_.disarm(closing.expiry);
  auto& of_family = by_family_[static_cast<std::size_t>(closing.family)];
  if (of_family == mapping) of_family.reset();
  mappings_.erase(found);
}

ConeTable::Mapping* ConeTable::find(MappingId mapping) const {
  const auto found = mappings_.find(mapping);
  return found == mappings_.end() ? nullptr : found->second.get();
}

std::optional<Family> ConeTable::family_of(MappingId mapping) const {
  const auto found = mappings_.find(mapping);
  if (found == mappings_.end()) return std::nullopt;
  return found->second->family;
}

std::vector<MappingId> ConeTable::close_all() {
  std::vector<MappingId> open;
  open.reserve(mappings_.size());
  for (const auto& [mapping, state] : mappings_) open.push_back(mapping);
  std::ranges::sort(open);
  for (const auto mapping : open) close(mapping);
  return open;
}

bool ConeTable::dial(const Endpoint& destination, MappingId mapping) {
  if (policy_ == MappingPolicy::endpoint_independent) return true;  // the family alone decides
  const auto known = by_endpoint_.find(destination);
  if (known != by_endpoint_.end() && peers_[known->second].dialled != nullptr) {
    assert(peers_[known->second].dialled->id == mapping);
    return true;
  }
  if (dialled_count_ >= limits_.dialled) return false;
  const SlabIndex index = find_or_add(destination);
  Mapping& dialled = *mappings_.at(mapping);
  peers_[index].dialled = &dialled;
  dialled.dialled.push_back(peers_, index);
  ++dialled_count_;
  return true;
}

SlabIndex ConeTable::place_of(const Endpoint& destination) const {
  const auto found = by_endpoint_.find(destination);
  return found == by_endpoint_.end() ? kNoIndex : found->second;
}

void ConeTable::on_sent(MappingId mapping, TimePoint now) {
  if (Mapping* const found = find(mapping)) on_sent(*found, now);
}

void ConeTable::on_sent(Mapping& mapping, TimePoint now) { mapping.traffic.last_outbound = now; }

bool ConeTable::on_heard(MappingId mapping, const Endpoint& source, TimePoint now) {
  Mapping* const found = find(mapping);
  if (found != nullptr) on_heard(*found, source, now);
  return found != nullptr;
}

void ConeTable::on_heard(Mapping& mapping, const Endpoint& source, TimePoint now) {
  const bool known_by_family = policy_ == MappingPolicy::endpoint_independent;
  on_heard(mapping, known_by_family ? kNoIndex : find_or_add(source), now);
}

void ConeTable::on_heard(Mapping& mapping, SlabIndex index, TimePoint now) {
  mapping.traffic.last_inbound = now;
  if (policy_ == MappingPolicy::endpoint_independent) return;

  Hearing& heard = hearings_[index];
  if (heard.by == &mapping) {
    recency_.move_to_back(hearings_, index);
    return;
  }
  if (heard.by != nullptr) {
    heard.by->heard.erase(peers_, index);
    recency_.erase(hearings_, index);
    --heard_count_;
  }
  heard.by = &mapping;
  mapping.heard.push_back(peers_, index);
  recency_.push_back(hearings_, index);
  ++heard_count_;
  if (heard_count_ > limits_.heard) forget_heard(recency_.front());
}

std::optional<MappingId> ConeTable::expired(TimePoint now) {
  while (const auto due = expiries_.due(now)) {
    Mapping& mapping = *mappings_.at(*due);
    const TimePoint expiry = mapping.traffic.expiry(limits_);
    if (expiry <= now) return due;
    expiries_.arm(mapping.expiry, expiry, *due);  // it was used since it was armed
  }
  return std::nullopt;
}

SlabIndex ConeTable::find_or_add(const Endpoint& endpoint) {
  const auto [entry, added] = by_endpoint_.try_emplace(endpoint, kNoIndex);
  if (added) {
    entry->second = peers_.add(Peer{endpoint, {}, {}});
    if (entry->second == hearings_.size()) hearings_.emplace_back();
  }
  return entry->second;
}

void ConeTable::forget_dialled(SlabIndex index) {
  Peer& peer = peers_[index];
  peer.dialled->dialled.erase(peers_, index);
  peer.dialled = nullptr;
  --dialled_count_;
  remove_if_unknown(index);
}

void ConeTable::forget_heard(SlabIndex index) {
  Hearing& heard = hearings_[index];
  heard.by->heard.erase(peers_, index);
  recency_.erase(hearings_, index);
  heard.by = nullptr;
  --heard_count_;
  remove_if_unknown(index);
}

void ConeTable::remove_if_unknown(SlabIndex index) {
  const Peer& peer = peers_[index];
  if (peer.dialled != nullptr || hearings_[index].by != nullptr) return;
  by_endpoint_.erase(peer.endpoint);
  peers_.remove(index);
}

}  // namespace fullcone
