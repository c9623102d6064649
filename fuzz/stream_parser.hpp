// What must hold of any stream parser and any input: segmentation changes nothing (rule HDR-5). A
// prefix's outcome is the whole's, or a wish for more; and a fault found once stays found.
#pragma once

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/bytes.hpp"
#include "base/parse.hpp"

namespace fullcone {

// Ends the process, which fuzzer and replay both report with the input.
inline void require(bool holds, const char* property) {
  if (holds) return;
  std::fprintf(stderr, "broken property: %s\n", property);
  std::abort();
}

// Parses from a buffer of exactly that size, so that the sanitizer sees one octet read past it.
template <class Parser>
auto parse_exact(Parser parse, ByteView input) {
  return parse(to_bytes(input));
}

template <class Result>
void require_same_outcome(const Result& part, std::size_t part_size, const Result& whole) {
  if (part.needs_more()) {
    require(!whole.parsed() || part_size < whole.consumed(), "a whole message is enough");
  } else if (const auto* fault = part.malformed()) {
    require(whole.malformed() && *whole.malformed() == *fault, "a fault stays found");
  } else {
    require(part.consumed() <= part_size, "no octet beyond the input is consumed");
    require(whole.parsed() && whole.consumed() == part.consumed(), "what follows does not matter");
    require(whole.value() == part.value(), "segmentation does not change the value");
  }
}

// Compares the outcome of the whole with those of its prefixes: of all of a short input, of 64 and
// the longest of a long one.
template <class Parser>
void check_segmentation(Parser parse, ByteView input) {
  const auto whole = parse_exact(parse, input);
  require_same_outcome(whole, input.size(), whole);
  const std::size_t step = std::max<std::size_t>(1, input.size() / 64);
  for (std::size_t size = 0; size < input.size(); size += step) {
    require_same_outcome(parse_exact(parse, input.first(size)), size, whole);
  }
  if (!whole.parsed() || whole.consumed() == 0) return;
  const std::size_t short_by_one = whole.consumed() - 1;
  require_same_outcome(parse_exact(parse, input.first(short_by_one)), short_by_one, whole);
}

// `encode(value)` parses back to `value`, all of it consumed.
template <class Parser, class Encoder>
void check_round_trip(Parser parse, Encoder encode, ByteView input) {
  const auto result = parse(input);
  if (!result.parsed()) return;
  const Bytes encoded = encode(result.value());
  require(encoded.size() <= result.consumed(), "our form is no longer than another's");
  const auto again = parse_exact(parse, encoded);
  require(again.parsed() && again.consumed() == encoded.size(), "what we encode parses");
  require(again.value() == result.value(), "what we encode parses to the same value");
}

}  // namespace fullcone
