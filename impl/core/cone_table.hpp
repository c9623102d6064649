// The cone table of one session: which mapping a destination leaves from, who has been dialled and
// who has been heard through which mapping, and when a mapping has idled out.
//
//   dialled   destination -> the mapping it was dialled through    goes with its mapping only
//   heard     peer -> the mapping it last sent to                  also least recently heard first
//
// Nothing on a datagram's way is linear in peers or mappings. Sockets and channels are the
// session's affair. Rules: CONE-1..4, CONE-8, CONE-11, CONE-12, CONE-E.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "core/deadlines.hpp"
#include "core/ids.hpp"
#include "core/limits.hpp"
#include "core/linked_slab.hpp"
#include "core/mapping_traffic.hpp"

namespace fullcone {

class ConeTable {
 public:
  // An open mapping's place in the table; it lives until the mapping is closed.
  struct Mapping;

  ConeTable(MappingPolicy policy, const SessionLimits& limits, std::uint64_t hash_seed);

  // The existing mapping that a datagram to `destination` leaves from: the one it was dialled
  // through (CONE-1), else the one that heard it (CONE-2); with endpoint-independent mapping the
  // one of its family (CONE-E). nullopt: it takes a new one (CONE-3).
  std::optional<MappingId> mapping_for(const Endpoint& destination) const;

  // Whether one mapping more is within the bound.
  bool has_room() const { return mappings_.size() < limits_.mappings; }
  void open(MappingId mapping, Family family, TimePoint now);
  // Forgets the mapping and every peer known through it alone.
  void close(MappingId mapping);
  // Forgets everything; returns the mappings that were open, oldest first.
  std::vector<MappingId> close_all();
  bool contains(MappingId mapping) const { return mappings_.contains(mapping); }
  // Null: there is no such mapping.
  Mapping* find(MappingId mapping) const;
  std::optional<Family> family_of(MappingId mapping) const;

  // Remembers `destination` as dialled through `mapping`, an open one; false: over the bound.
  bool dial(const Endpoint& destination, MappingId mapping);
  // Where a dialled `destination` stands in the table, until its mapping is closed; kNoIndex: with
  // endpoint-independent mapping it does not.
  SlabIndex place_of(const Endpoint& destination) const;
  // A datagram left through `mapping`.
  void on_sent(MappingId mapping, TimePoint now);
  static void on_sent(Mapping& mapping, TimePoint now);
  // A datagram from `source` came in at `mapping`; false: there is no such mapping.
  bool on_heard(MappingId mapping, const Endpoint& source, TimePoint now);
  void on_heard(Mapping& mapping, const Endpoint& source, TimePoint now);
  // The same, of a source that stands at `place`.
  void on_heard(Mapping& mapping, SlabIndex place, TimePoint now);

  // A mapping that has idled out by `now`, if any; the caller closes it.
  std::optional<MappingId> expired(TimePoint now);
  std::optional<TimePoint> next_expiry() const { return expiries_.next(); }

  std::size_t mappings() const { return mappings_.size(); }
  std::size_t dialled() const { return dialled_count_; }
  std::size_t heard() const { return heard_count_; }

 private:
  // A remote endpoint that is known: it is dialled, or heard, as the same place in hearings_ says.
  struct Peer {
    Endpoint endpoint;
    SlabLinks in_dialled;  // of its mapping
    SlabLinks in_heard;    // of its mapping
    Mapping* dialled = nullptr;
  };
  // Apart from the rest, and small: a datagram that comes in writes to this one and to its two
  // neighbours by age, which are anyone's.
  struct Hearing {
    Mapping* by = nullptr;
    SlabLinks in_recency;  // of the session: least recently heard first
  };
  using DialledList = SlabList<Peer, &Peer::in_dialled>;
  using HeardList = SlabList<Peer, &Peer::in_heard>;
  using RecencyList = SlabList<Hearing, &Hearing::in_recency>;

  SlabIndex find_or_add(const Endpoint& endpoint);
  void forget_dialled(SlabIndex index);
  void forget_heard(SlabIndex index);
  void remove_if_unknown(SlabIndex index);

  MappingPolicy policy_;
  const SessionLimits& limits_;
  boost::unordered_flat_map<MappingId, std::unique_ptr<Mapping>, IdHash> mappings_;
  std::optional<MappingId> by_family_[2];  // endpoint-independent only
  boost::unordered_flat_map<Endpoint, SlabIndex, EndpointHash> by_endpoint_;
  LinkedSlab<Peer> peers_;
  std::vector<Hearing> hearings_;
  RecencyList recency_;
  Deadlines<MappingId> expiries_;
  std::size_t dialled_count_ = 0;
  std::size_t heard_count_ = 0;
};

struct ConeTable::Mapping {
  MappingId id{};
  Family family = Family::ipv4;
  MappingTraffic traffic;
  DialledList dialled;
  HeardList heard;
  Deadlines<MappingId>::Alarm expiry;
};

}  // namespace fullcone
