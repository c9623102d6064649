#include "simulator/faults/planted.hpp"

namespace fullcone::faults {
namespace {

std::optional<std::size_t> in_effect;
std::uint64_t executed = 0;

}  // namespace

void plant(std::optional<std::size_t> number) {
  in_effect = number;
  executed = 0;
}

std::uint64_t times_executed() { return executed; }

bool planted(std::size_t number) {
  if (in_effect != number) return false;
  ++executed;
  return true;
}

}  // namespace fullcone::faults
