// What the whole test program has asked of the heap; allocation_count_test.cpp replaces operator
// new and OpenSSL's allocator to that end.
#pragma once

#include <cstddef>

namespace fullcone::testing {

struct Allocations {
  std::size_t own = 0;      // operator new
  std::size_t openssl = 0;  // its malloc and realloc
};

Allocations allocations_so_far();
// False where something allocated by OpenSSL before it could be told to use ours.
bool openssl_allocations_are_counted();
// From now on nothing is counted of the calling thread: it plays the far ends.
void leave_this_thread_out();

}  // namespace fullcone::testing
