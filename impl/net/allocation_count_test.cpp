// Counts the heap allocations of this test program: operator new, and what OpenSSL asks for. In a
// file of its own: where GCC inlines one of the two operators it takes them for a mismatched pair.
#include <openssl/crypto.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "net/testing/allocations.hpp"

namespace {

std::atomic<std::size_t> allocations = 0;
std::atomic<std::size_t> openssl_allocations = 0;
thread_local bool counted = true;

void* openssl_malloc(std::size_t size, const char*, int) {
  if (counted) ++openssl_allocations;
  return std::malloc(size);
}
void* openssl_realloc(void* memory, std::size_t size, const char*, int) {
  if (counted) ++openssl_allocations;
  return std::realloc(memory, size);
}
void openssl_free(void* memory, const char*, int) { std::free(memory); }

// Before OpenSSL's first allocation; afterwards it refuses.
const bool openssl_is_counted =
    CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free) == 1;

}  // namespace

void* operator new(std::size_t size) {
  if (counted) ++allocations;
  if (void* const memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace fullcone::testing {

Allocations allocations_so_far() { return {allocations, openssl_allocations}; }
bool openssl_allocations_are_counted() { return openssl_is_counted; }
void leave_this_thread_out() { counted = false; }

}  // namespace fullcone::testing
