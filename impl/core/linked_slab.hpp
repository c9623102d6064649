// Entries at stable indices in one vector, freed and reused, each a member of any number of
// intrusive lists. Every operation is O(1), and none allocates while the number of entries does
// not grow: what an LRU and a per-owner list in a hot table need.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

namespace fullcone {

using SlabIndex = std::uint32_t;
inline constexpr SlabIndex kNoIndex = 0xffffffff;

struct SlabLinks {
  SlabIndex previous = kNoIndex;
  SlabIndex next = kNoIndex;
};

template <class Entry>
class LinkedSlab {
 public:
  static_assert(std::is_nothrow_move_constructible_v<Entry>, "growing would copy");

  SlabIndex add(Entry entry) {
    if (free_.empty()) {
      entries_.push_back(std::move(entry));
      return static_cast<SlabIndex>(entries_.size() - 1);
    }
    const SlabIndex index = free_.back();
    free_.pop_back();
    entries_[index] = std::move(entry);
    return index;
  }
  // The entry must be in no list any more.
  void remove(SlabIndex index) { free_.push_back(index); }

  Entry& operator[](SlabIndex index) { return entries_[index]; }
  const Entry& operator[](SlabIndex index) const { return entries_[index]; }

 private:
  std::vector<Entry> entries_;
  std::vector<SlabIndex> free_;
};

// A list through the `links` member of the entries of a slab, or of a vector with one for each
// place in a slab, oldest first.
template <class Entry, SlabLinks Entry::*links>
class SlabList {
 public:
  bool empty() const { return front_ == kNoIndex; }
  SlabIndex front() const { return front_; }

  template <class Entries>
  void push_back(Entries& slab, SlabIndex index) {
    slab[index].*links = {back_, kNoIndex};
    (back_ == kNoIndex ? front_ : (slab[back_].*links).next) = index;
    back_ = index;
  }

  template <class Entries>
  void erase(Entries& slab, SlabIndex index) {
    const SlabLinks gone = std::exchange(slab[index].*links, {});
    (gone.previous == kNoIndex ? front_ : (slab[gone.previous].*links).next) = gone.next;
    (gone.next == kNoIndex ? back_ : (slab[gone.next].*links).previous) = gone.previous;
  }

  template <class Entries>
  void move_to_back(Entries& slab, SlabIndex index) {
    if (index == back_) return;
    erase(slab, index);
    push_back(slab, index);
  }

 private:
  SlabIndex front_ = kNoIndex;
  SlabIndex back_ = kNoIndex;
};

}  // namespace fullcone
