// Counts the heap allocations of the whole test program; allocation_count_test.cpp replaces
// operator new to that end.
#pragma once

#include <cstddef>

namespace fullcone {

std::size_t allocations_so_far();

// What `round` allocates once it has run often enough to have reached its largest.
template <class Round>
std::size_t allocations_of(Round&& round, int times = 1000) {
  for (int i = 0; i < 100; ++i) round();
  const std::size_t before = allocations_so_far();
  for (int i = 0; i < times; ++i) round();
  return allocations_so_far() - before;
}

}  // namespace fullcone
