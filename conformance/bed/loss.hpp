// How much a path loses: what the judge of a silence, or of an absence, has to know.
#pragma once

#include "conformance/bed/bed.hpp"

namespace fullcone::conformance {

// The share of datagrams towards `party` that get lost, as an upper bound from two hundred markers,
// few at a time; 0: all came. `party` has a way to send markers. Of a path that loses one in twenty
// the loss is missed once in 25,000 tries.
double measure_loss(Bed& bed, const Party& party);

// For a case about the order of datagrams: skips it where a real path was seen to lose. There one
// may overtake another, and until all of them come through in order it takes too many attempts.
void needs_order(Bed& bed);

// How often a case with that many datagrams has to be tried on a path of that loss, so that it gets
// through at least once but for one time in a million.
int attempts_through(double loss, std::size_t datagrams);

}  // namespace fullcone::conformance
