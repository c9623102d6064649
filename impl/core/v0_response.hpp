// Takes the v0 response (RSP-0: version 1 | addons-length 1 | addons N) off the front of a stream.
#pragma once

#include <optional>

#include "base/bytes.hpp"
#include "wire/request_header.hpp"

namespace fullcone {

class V0ResponseStripper {
 public:
  // `expected` is false for v1, whose streams have no response.
  explicit V0ResponseStripper(bool expected) : pending_(expected) {}

  // What of `bytes` is payload; empty while the response is incomplete; nullopt when it is not a
  // v0 response.
  std::optional<ByteView> strip(ByteView bytes) {
    if (!pending_) return bytes;
    const std::size_t before = received_.size();
    append(received_, bytes);
    const auto parsed = parse_v0_response(received_);
    if (parsed.needs_more()) return ByteView{};
    if (parsed.malformed() != nullptr) return std::nullopt;
    pending_ = false;
    received_ = {};
    return bytes.subspan(parsed.consumed() - before);
  }

 private:
  bool pending_;
  Bytes received_;
};

}  // namespace fullcone
