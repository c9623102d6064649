// The endpoints that were noted last, so many at most; the one noted longest ago goes first.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>

#include "base/endpoint.hpp"
#include "core/linked_slab.hpp"

namespace fullcone {

class RecentEndpoints {
 public:
  RecentEndpoints(std::size_t most, std::uint64_t hash_seed)
      : most_(most), by_endpoint_(0, EndpointHash{hash_seed}) {}

  bool contains(const Endpoint& endpoint) const { return by_endpoint_.contains(endpoint); }
  std::size_t size() const { return by_endpoint_.size(); }

  void note(const Endpoint& endpoint) {
    const auto [entry, is_new] = by_endpoint_.try_emplace(endpoint, kNoIndex);
    if (!is_new) return recency_.move_to_back(entries_, entry->second);
    entry->second = entries_.add({endpoint, {}});
    recency_.push_back(entries_, entry->second);
    if (size() > most_) forget(entries_[recency_.front()].endpoint);
  }

  void forget(const Endpoint& endpoint) {
    const auto found = by_endpoint_.find(endpoint);
    if (found == by_endpoint_.end()) return;
    const SlabIndex index = found->second;
    by_endpoint_.erase(found);
    recency_.erase(entries_, index);
    entries_.remove(index);
  }

 private:
  struct Entry {
    Endpoint endpoint;
    SlabLinks in_recency;
  };

  std::size_t most_;
  boost::unordered_flat_map<Endpoint, SlabIndex, EndpointHash> by_endpoint_;
  LinkedSlab<Entry> entries_;
  SlabList<Entry, &Entry::in_recency> recency_;  // noted longest ago first
};

}  // namespace fullcone
