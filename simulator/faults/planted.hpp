// Which of the faults that a program was built with is in effect: scripts/plant_faults.py writes
// copies of sources in which every fault of a list stands behind `planted(number)`, and the table
// of them. Only tests are built so; one fault at a time, one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace fullcone::faults {

struct Fault {
  std::string_view name;
  std::string_view rule;  // of SPEC.md, that it breaks
  std::string_view why;   // how one comes to write it
  std::string_view file;
  std::string_view before;  // a part of one line
  std::string_view after;   // what stands there instead
};

// All that this program was built with; their index is their number.
std::span<const Fault> all();

// Puts one in effect, and takes the one before out of it. nullopt: none.
void plant(std::optional<std::size_t> number);
// How often the one in effect has been executed since it was planted.
std::uint64_t times_executed();

// Asked by the copies.
bool planted(std::size_t number);

}  // namespace fullcone::faults
