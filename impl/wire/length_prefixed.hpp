// Cuts a byte stream into messages of the shape `length 2 | body`: datagram frames and UMFURS
// messages. Whole messages are handed out as views into the input, without a copy; at most one
// partial message (<= 65,537 octets) is kept between feeds.
#pragma once

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"

namespace fullcone {

class LengthPrefixedStream {
 public:
  // Calls `on_body(ByteView) -> bool` for each body that `input` completes, in order; false stops,
  // and the rest of the input is dropped. Returns false when stopped. A body is a view into
  // `input`, or, for the message that an earlier feed began, into what `keeper.keep(Bytes) ->
  // ByteView` keeps.
  template <class Keeper, class OnBody>
  bool feed(ByteView input, Keeper& keeper, OnBody&& on_body) {
    if (!partial_.empty()) {
      if (!complete_partial(input)) return true;
      if (!on_body(keeper.keep(std::exchange(partial_, {})).subspan(2))) return false;
    }
    while (input.size() >= 2 && input.size() >= message_size(input)) {
      const ByteView message = input.first(message_size(input));
      input = input.subspan(message.size());
      if (!on_body(message.subspan(2))) return false;
    }
    append(partial_, input);
    return true;
  }

  // The same; each body is valid during its call only.
  template <class OnBody>
  bool feed(ByteView input, OnBody&& on_body) {
    struct {
      Bytes message;
      ByteView keep(Bytes whole) { return message = std::move(whole); }
    } keeper;
    return feed(input, keeper, std::forward<OnBody>(on_body));
  }

  // Octets of the partial message kept.
  std::size_t buffered() const { return partial_.size(); }

 private:
  static std::size_t message_size(ByteView input) {
    return 2 + (static_cast<std::size_t>(input[0]) << 8 | input[1]);
  }

  // Moves octets from `input` until the partial message is whole; false when more are needed.
  bool complete_partial(ByteView& input) {
    if (partial_.size() < 2 && !move_front(input, 2)) return false;
    return move_front(input, message_size(partial_));
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
