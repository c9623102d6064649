// An event in words, both ways: "app 7 sends 100B to peer 4 x12".
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "simulator/life/deeds.hpp"

namespace fullcone::sim {

// Without its time.
std::string sentence(const Event& event);

// Where reading stopped: the word found (empty: the line ended) and what could have stood there.
struct Misread {
  std::string found;
  std::string wanted;
};

// The event's time is left at zero.
std::variant<Event, Misread> parse_sentence(std::string_view text);

// The next word of `text`, taken from its front with the space around it; empty: there is none.
std::string_view take_word(std::string_view& text);

}  // namespace fullcone::sim
