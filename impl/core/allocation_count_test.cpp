// In a file of its own: where GCC inlines one of the two it takes them for a mismatched pair.
#include <cstdlib>
#include <new>

#include "core/testing/allocations.hpp"

namespace {
std::size_t allocations = 0;
}  // namespace

void* operator new(std::size_t size) {
  ++allocations;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

std::size_t fullcone::allocations_so_far() { return allocations; }
