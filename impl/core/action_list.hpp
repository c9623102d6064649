// The shape of what a machine hands back: orders in sequence, and the octets that some of them
// view. One list is reused for fact after fact, so a steady flow of datagrams allocates nothing.
#pragma once

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "base/bytes.hpp"

namespace fullcone {

// clean: pending output is written, then close_notify and FIN. abort: pending output is dropped
// and the other end sees the connection cut, without close_notify.
enum class CloseKind : std::uint8_t { clean, abort };

// A list of orders, and the octets that some of them view.
template <class Action>
class ActionList {
 public:
  template <class Order>
  void push(Order&& order) {
    orders_.emplace_back(std::forward<Order>(order));
  }
  // Keeps `octets` until clear(), for an order to view.
  ByteView keep(Bytes octets) { return kept_.emplace_back(std::move(octets)); }

  bool empty() const { return orders_.empty(); }
  std::size_t size() const { return orders_.size(); }
  const Action& operator[](std::size_t index) const { return orders_[index]; }
  auto begin() const { return orders_.begin(); }
  auto end() const { return orders_.end(); }
  auto begin() { return orders_.begin(); }
  auto end() { return orders_.end(); }
  void clear() {
    orders_.clear();
    kept_.clear();
  }

 private:
  std::vector<Action> orders_;
  std::deque<Bytes> kept_;  // a deque: growing it leaves earlier views valid
};

}  // namespace fullcone
