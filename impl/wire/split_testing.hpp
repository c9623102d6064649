// What every stream parser owes its callers (rule HDR-5), whatever the segmentation: a strict
// prefix of a valid message needs more, and the whole message gives its value and leaves what
// follows. For tests.
#pragma once

#include <gtest/gtest.h>

#include "base/bytes.hpp"
#include "base/hex_testing.hpp"
#include "base/parse.hpp"

namespace fullcone {

// Parses from a buffer of exactly that size, so that the sanitizer sees one octet read past it.
template <class Parser>
auto parse_exact(Parser parse, ByteView input) {
  return parse(Bytes(input.begin(), input.end()));
}

// Splits `message` at every octet; returns the value of the whole.
template <class Parser>
auto expect_splits_anywhere(Parser parse, ByteView message) {
  for (std::size_t size = 0; size < message.size(); ++size) {
    EXPECT_TRUE(parse_exact(parse, message.first(size)).needs_more()) << "after " << size;
  }
  Bytes followed = to_bytes(message);
  append(followed, hex("00ff0d0a"));
  const auto before_more = parse_exact(parse, followed);
  const auto whole = parse_exact(parse, message);
  EXPECT_TRUE(before_more.parsed() && before_more.consumed() == message.size());
  if (const auto* fault = whole.malformed()) ADD_FAILURE() << fault->why << " at " << fault->offset;
  EXPECT_EQ(whole.consumed(), message.size());
  return whole.value();
}

// Malformed from octet `judged_at` on and not before, however much is appended.
template <class Parser>
void expect_malformed_from(Parser parse, ByteView message, std::size_t judged_at) {
  for (std::size_t size = 0; size <= message.size(); ++size) {
    const auto result = parse_exact(parse, message.first(size));
    EXPECT_EQ(result.needs_more(), size < judged_at) << "after " << size;
    EXPECT_EQ(result.malformed() != nullptr, size >= judged_at) << "after " << size;
  }
}

}  // namespace fullcone
