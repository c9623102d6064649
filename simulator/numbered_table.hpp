// A table by numbers that are given out in order and never twice: looking one up takes no search,
// and what was numbered lately is near in memory. It is used as a std::map is: in the order of
// numbers, and what it holds stays where it is until it is erased.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <type_traits>
#include <utility>

namespace fullcone::sim {

// `Number`: an unsigned integer or an enumeration of one.
template <class Number, class Value>
class NumberedTable {
 public:
  using value_type = std::pair<const Number, Value>;

 private:
  template <bool is_const>
  class Iterator {
   public:
    using Table = std::conditional_t<is_const, const NumberedTable, NumberedTable>;
    using value_type = NumberedTable::value_type;
    using difference_type = std::ptrdiff_t;
    using reference = std::conditional_t<is_const, const value_type&, value_type&>;
    using pointer = std::conditional_t<is_const, const value_type*, value_type*>;
    using iterator_category = std::forward_iterator_tag;

    Iterator() = default;
    Iterator(Table* table, std::uint64_t place) : table_(table), place_(place) {}
    operator Iterator<true>() const { return {table_, place_}; }  // NOLINT: as of any container

    reference operator*() const { return **table_->slot(place_); }
    pointer operator->() const { return &**table_->slot(place_); }
    Iterator& operator++() {
      place_ = table_->used_from(place_ + 1);
      return *this;
    }
    Iterator operator++(int) {
      const Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator& other) const { return place_ == other.place_; }

   private:
    friend class NumberedTable;
    Table* table_ = nullptr;
    std::uint64_t place_ = 0;
  };

 public:
  using iterator = Iterator<false>;
  using const_iterator = Iterator<true>;

  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  iterator begin() { return {this, used_from(first())}; }
  iterator end() { return {this, past()}; }
  const_iterator begin() const { return {this, used_from(first())}; }
  const_iterator end() const { return {this, past()}; }

  iterator find(Number number) { return {this, holds(number) ? place_of(number) : past()}; }
  const_iterator find(Number number) const {
    return {this, holds(number) ? place_of(number) : past()};
  }
  bool contains(Number number) const { return holds(number); }
  Value& at(Number number) {
    if (!holds(number)) throw std::out_of_range("no such number");
    return (*slot(place_of(number)))->second;
  }
  const Value& at(Number number) const {
    if (!holds(number)) throw std::out_of_range("no such number");
    return (*slot(place_of(number)))->second;
  }

  template <class... Arguments>
  std::pair<iterator, bool> try_emplace(Number number, Arguments&&... arguments) {
    const std::uint64_t place = place_of(number);
    if (holds(number)) return {iterator(this, place), false};
    Page& page = page_for(place);
    page.slots[place % kPage].emplace(std::piecewise_construct, std::forward_as_tuple(number),
                                      std::forward_as_tuple(std::forward<Arguments>(arguments)...));
    ++page.used;
    ++size_;
    return {iterator(this, place), true};
  }
  Value& operator[](Number number) { return try_emplace(number).first->second; }

  std::size_t erase(Number number) {
    if (!holds(number)) return 0;
    erase(find(number));
    return 1;
  }
  iterator erase(iterator which) {
    const std::uint64_t next = used_from(which.place_ + 1);
    auto& page = pages_[which.place_ / kPage - first_page_];
    page->slots[which.place_ % kPage].reset();
    --size_;
    if (--page->used == 0) page.reset();
    while (!pages_.empty() && pages_.front() == nullptr) {
      pages_.pop_front();
      ++first_page_;
    }
    return {this, pages_.empty() ? past() : next};
  }
  void clear() {
    pages_.clear();
    size_ = 0;
  }

 private:
  static constexpr std::uint64_t kPage = 16;
  using Slot = std::optional<value_type>;
  struct Page {
    std::array<Slot, kPage> slots;
    std::size_t used = 0;
  };

  static std::uint64_t place_of(Number number) { return static_cast<std::uint64_t>(number); }
  std::uint64_t first() const { return first_page_ * kPage; }
  std::uint64_t past() const { return (first_page_ + pages_.size()) * kPage; }

  // Null: on no page.
  const Slot* slot(std::uint64_t place) const {
    const std::uint64_t page = place / kPage - first_page_;  // before the first one: huge
    if (page >= pages_.size() || pages_[page] == nullptr) return nullptr;
    return &pages_[page]->slots[place % kPage];
  }
  Slot* slot(std::uint64_t place) { return const_cast<Slot*>(std::as_const(*this).slot(place)); }
  bool holds(Number number) const {
    const Slot* const found = slot(place_of(number));
    return found != nullptr && found->has_value();
  }
  // The first one used from there on; past(): none.
  std::uint64_t used_from(std::uint64_t place) const {
    while (place < past()) {
      const Slot* const found = slot(place);
      if (found == nullptr) {
        place = (place / kPage + 1) * kPage;
      } else if (found->has_value()) {
        return place;
      } else {
        ++place;
      }
    }
    return past();
  }
  Page& page_for(std::uint64_t place) {
    if (pages_.empty()) first_page_ = place / kPage;
    while (place / kPage < first_page_) {
      pages_.emplace_front();
      --first_page_;
    }
    while (place >= past()) pages_.emplace_back();
    auto& page = pages_[place / kPage - first_page_];
    if (page == nullptr) page = std::make_unique<Page>();
    return *page;
  }

  std::deque<std::unique_ptr<Page>> pages_;
  std::uint64_t first_page_ = 0;
  std::size_t size_ = 0;
};

}  // namespace fullcone::sim
