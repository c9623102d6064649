#include "simulator/life/shrink.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "simulator/life/fields.hpp"

namespace fullcone::sim {
namespace {

class Shrinker {
 public:
  Shrinker(Life life, const std::function<bool(const Life&)>& still_fails, std::size_t most_tries)
      : life_(std::move(life)), still_fails_(still_fails), most_tries_(most_tries) {}

  Shrunk shrink();

 private:
  // Keeps `smaller` if it still fails.
  bool accept(Life smaller);
  bool drop_events();
  bool drop_things();
  template <class Plan>
  bool drop_some(std::map<Number, Plan> Life::*things);
  bool reset_fields();
  template <class Plan>
  bool reset_some(std::map<Number, Plan> Life::*things);
  bool lessen_values();
  bool lessen(std::size_t event);
  bool lessen_written(std::size_t event);
  bool close_gaps();

  Life life_;
  const std::function<bool(const Life&)>& still_fails_;
  std::size_t most_tries_;
  std::size_t tries_ = 0;
};

Shrunk Shrinker::shrink() {
  Life unasked = life_;
  unasked.heals_within = Duration::zero();
  accept(std::move(unasked));
  bool changed = true;
  while (changed && tries_ < most_tries_) {
    changed = drop_events();
    changed = drop_things() || changed;
    changed = reset_fields() || changed;
    changed = lessen_values() || changed;
    changed = close_gaps() || changed;
  }
  return {std::move(life_), tries_};
}

bool Shrinker::accept(Life smaller) {
  if (tries_ >= most_tries_) return false;
  ++tries_;
  if (!still_fails_(smaller)) return false;
  life_ = std::move(smaller);
  return true;
}

// From the last event back, so that what a later one needs is still there while it is tried.
bool Shrinker::drop_events() {
  bool changed = false;
  for (std::size_t chunk = std::max<std::size_t>(life_.events.size() / 2, 1); chunk > 0;
       chunk /= 2) {
    std::size_t end = life_.events.size();
    while (end > 0) {
      const std::size_t begin = end - std::min(end, chunk);
      Life smaller = life_;
      smaller.events.erase(smaller.events.begin() + static_cast<std::ptrdiff_t>(begin),
                           smaller.events.begin() + static_cast<std::ptrdiff_t>(end));
      changed = accept(std::move(smaller)) || changed;
      end = begin;
    }
  }
  return changed;
}

bool Shrinker::drop_things() {
  bool changed = drop_some(&Life::names);
  changed = drop_some(&Life::targets) || changed;
  changed = drop_some(&Life::peers) || changed;
  changed = drop_some(&Life::clients) || changed;
  changed = drop_some(&Life::nats) || changed;
  return drop_some(&Life::servers) || changed;
}

template <class Plan>
bool Shrinker::drop_some(std::map<Number, Plan> Life::*things) {
  bool changed = false;
  std::vector<Number> numbers;
  for (const auto& [number, plan] : life_.*things) numbers.push_back(number);
  for (auto number = numbers.rbegin(); number != numbers.rend(); ++number) {
    Life smaller = life_;
    (smaller.*things).erase(*number);
    changed = accept(std::move(smaller)) || changed;
  }
  return changed;
}

bool Shrinker::reset_fields() {
  bool changed = reset_some(&Life::servers);
  changed = reset_some(&Life::nats) || changed;
  changed = reset_some(&Life::clients) || changed;
  changed = reset_some(&Life::peers) || changed;
  changed = reset_some(&Life::targets) || changed;
  return reset_some(&Life::names) || changed;
}

// A whole thing to its defaults, or else field by field.
template <class Plan>
bool Shrinker::reset_some(std::map<Number, Plan> Life::*things) {
  bool changed = false;
  std::vector<Number> numbers;
  for (const auto& [number, plan] : life_.*things) {
    if (!print_fields(plan).empty()) numbers.push_back(number);
  }
  for (const Number number : numbers) {
    Life smaller = life_;
    (smaller.*things).at(number) = Plan{};
    if (accept(std::move(smaller))) {
      changed = true;
      continue;
    }
    Plan usual;
    const auto defaults = fields_of(usual);
    for (std::size_t i = 0; i < defaults.size(); ++i) {
      Life other = life_;
      const Field field = fields_of((other.*things).at(number))[i];
      if (field.print() == defaults[i].print()) continue;
      field.parse(defaults[i].print());
      changed = accept(std::move(other)) || changed;
    }
  }
  return changed;
}

bool Shrinker::lessen_values() {
  bool changed = false;
  for (std::size_t i = 0; i < life_.events.size(); ++i) changed = lessen(i) || changed;
  return changed;
}

// Repetitions to one, amounts to the least of a few that will do.
bool Shrinker::lessen(std::size_t event) {
  bool changed = false;
  if (life_.events[event].times > 1) {
    for (const std::uint32_t times : {1u, 2u, life_.events[event].times / 2}) {
      if (times >= life_.events[event].times) break;
      Life smaller = life_;
      smaller.events[event].times = times;
      if (accept(std::move(smaller))) {
        changed = true;
        break;
      }
    }
  }
  const Deed deed = life_.events[event].deed;
  if (has_slot(deed, Slot::written)) return lessen_written(event) || changed;
  const bool is_time = has_slot(deed, Slot::time);
  if (!is_time && !has_slot(deed, Slot::octets)) return changed;
  const std::uint64_t amount = life_.events[event].amount;
  constexpr std::array<std::uint64_t, 4> kTimes = {0, 1'000'000, 100'000'000, 1'000'000'000};
  constexpr std::array<std::uint64_t, 4> kSizes = {8, 64, 256, 1024};
  for (const std::uint64_t least : is_time ? kTimes : kSizes) {
    if (amount <= least) break;
    Life smaller = life_;
    smaller.events[event].amount = least;
    if (accept(std::move(smaller))) return true;
  }
  return changed;
}

// Pieces from the last one back, and filling to what still has a number of its own.
bool Shrinker::lessen_written(std::size_t event) {
  bool changed = false;
  for (std::size_t i = life_.events[event].written.size(); i > 0; --i) {
    Life without = life_;
    auto& pieces = without.events[event].written;
    if (pieces.size() > 1) {
      pieces.erase(pieces.begin() + static_cast<std::ptrdiff_t>(i - 1));
      if (accept(std::move(without))) {
        changed = true;
        continue;
      }
    }
    constexpr std::uint32_t kNumbered = 8;
    Life smaller = life_;
    WrittenPiece& piece = smaller.events[event].written[i - 1];
    if (piece.kind != Piece::fill || piece.number <= kNumbered) continue;
    piece.number = kNumbered;
    changed = accept(std::move(smaller)) || changed;
  }
  return changed;
}

// The time before each event to nothing, or to a round one.
bool Shrinker::close_gaps() {
  bool changed = false;
  Duration before{};
  for (std::size_t i = 0; i < life_.events.size(); ++i) {
    const Duration gap = life_.events[i].at - before;
    for (const Duration shorter : {Duration{}, Duration{100ms}, Duration{1s}, Duration{10s}}) {
      if (shorter >= gap) break;
      Life smaller = life_;
      for (std::size_t j = i; j < smaller.events.size(); ++j) smaller.events[j].at -= gap - shorter;
      if (accept(std::move(smaller))) {
        changed = true;
        break;
      }
    }
    before = life_.events[i].at;
  }
  return changed;
}

}  // namespace

Shrunk shrink(Life life, const std::function<bool(const Life&)>& still_fails,
              std::size_t most_tries) {
  return Shrinker(std::move(life), still_fails, most_tries).shrink();
}

}  // namespace fullcone::sim
