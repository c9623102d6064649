// Cuts a byte stream into messages whose head tells their size. Whole messages are handed out as
// views into the input, without a copy; at most one partial message is kept between feeds.
//
// `Shape` has kHeadOctets, and size_of(ByteView): the octets of the message, head included, of
// which at least the head is given.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

#include "base/bytes.hpp"

namespace fullcone {

template <class Shape>
class MessageCutter {
 public:
  // Calls `on_message(ByteView) -> bool` for each message that `input` completes, in order; false
  // stops, and the rest of the input is dropped. Returns false when stopped. A message is a view
  // into `input`, or, for the one that an earlier feed began, into what `keeper.keep(Bytes) ->
  // ByteView` keeps.
  template <class Keeper, class OnMessage>
  bool feed(ByteView input, Keeper& keeper, OnMessage&& on_message) {
    if (!partial_.empty()) {
      if (!complete_partial(input)) return true;
      if (!on_message(keeper.keep(std::exchange(partial_, {})))) return false;
    }
    while (input.size() >= Shape::kHeadOctets && input.size() >= Shape::size_of(input)) {
      const ByteView message = input.first(Shape::size_of(input));
      input = input.subspan(message.size());
      if (!on_message(message)) return false;
    }
    append(partial_, input);
    return true;
  }

  // The same; each message is valid during its call only.
  template <class OnMessage>
  bool feed(ByteView input, OnMessage&& on_message) {
    struct {
      Bytes message;
      ByteView keep(Bytes whole) { return message = std::move(whole); }
    } keeper;
    return feed(input, keeper, std::forward<OnMessage>(on_message));
  }

  // Octets of the partial message kept.
  std::size_t buffered() const { return partial_.size(); }

 private:
  // Moves octets from `input` until the partial message is whole; false when more are needed.
  bool complete_partial(ByteView& input) {
    if (partial_.size() < Shape::kHeadOctets && !move_front(input, Shape::kHeadOctets)) {
      return false;
    }
    return move_front(input, Shape::size_of(partial_));
  }

  bool move_front(ByteView& input, std::size_t wanted) {
    const std::size_t moved = std::min(wanted - partial_.size(), input.size());
    append(partial_, input.first(moved));
    input = input.subspan(moved);
    return partial_.size() == wanted;
  }

  Bytes partial_;
};

}  // namespace fullcone
