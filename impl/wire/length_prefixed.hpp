// Cuts a byte stream into bodies of the shape `length 2 | body`: datagram frames and UMFURS
// messages. At most one partial message (<= 65,537 octets) is kept between feeds.
#pragma once

#include <utility>

#include "base/bytes.hpp"
#include "wire/message_cutter.hpp"

namespace fullcone {

class LengthPrefixedStream {
 public:
  // As MessageCutter::feed, with `on_body(ByteView) -> bool` for what follows each length.
  template <class Keeper, class OnBody>
  bool feed(ByteView input, Keeper& keeper, OnBody&& on_body) {
    return messages_.feed(input, keeper,
                          [&](ByteView message) { return on_body(message.subspan(2)); });
  }
  template <class OnBody>
  bool feed(ByteView input, OnBody&& on_body) {
    return messages_.feed(input, [&](ByteView message) { return on_body(message.subspan(2)); });
  }

  // Octets of the partial message kept.
  std::size_t buffered() const { return messages_.buffered(); }

 private:
  struct Shape {
    static constexpr std::size_t kHeadOctets = 2;
    static std::size_t size_of(ByteView message) {
      return 2 + (static_cast<std::size_t>(message[0]) << 8 | message[1]);
    }
  };

  MessageCutter<Shape> messages_;
};

}  // namespace fullcone
