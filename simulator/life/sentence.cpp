#include "simulator/life/sentence.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "simulator/life/quantities.hpp"

namespace fullcone::sim {
namespace {

std::string print_slot(Slot slot, const Event& event) {
  switch (slot) {
    case Slot::words:
      return {};
    case Slot::who:
      return std::to_string(event.who);
    case Slot::whom:
      return std::to_string(event.whom);
    case Slot::via:
      return std::to_string(event.via);
    case Slot::streams:
    case Slot::node:
    case Slot::place:
    case Slot::origin:
      return std::string(choices(slot)[event.via]);
    case Slot::family:
      return std::string(choices(slot)[event.amount]);
    case Slot::octets:
      return print_octets(event.amount);
    case Slot::time:
      return print_duration(Duration(static_cast<Duration::rep>(event.amount)));
    case Slot::share:
      return print_share(event.amount);
    case Slot::times:
      return event.times == 1 ? "" : 'x' + std::to_string(event.times);
    case Slot::written:
      return print_octets_written(event.written);
  }
  return {};
}

bool put_number(std::optional<std::uint64_t> value, std::uint32_t& field) {
  if (!value || *value > std::numeric_limits<std::uint32_t>::max()) return false;
  field = static_cast<std::uint32_t>(*value);
  return true;
}

bool put_amount(std::optional<std::uint64_t> value, std::uint64_t& field) {
  if (value) field = *value;
  return value.has_value();
}

template <class Field>
bool put_choice(Slot slot, std::string_view word, Field& field) {
  const auto offered = choices(slot);
  const auto found = std::ranges::find(offered, word);
  field = static_cast<Field>(found - offered.begin());
  return found != offered.end();
}

// False: `word` is not what the slot wants.
bool fill_slot(Slot slot, std::string_view word, Event& event) {
  switch (slot) {
    case Slot::words:
      return false;
    case Slot::who:
      return put_number(parse_count(word), event.who);
    case Slot::whom:
      return put_number(parse_count(word), event.whom);
    case Slot::via:
      return put_number(parse_count(word), event.via);
    case Slot::streams:
    case Slot::node:
    case Slot::place:
    case Slot::origin:
      return put_choice(slot, word, event.via);
    case Slot::family:
      return put_choice(slot, word, event.amount);
    case Slot::octets:
      return put_amount(parse_octets(word), event.amount) && event.amount <= kMostOctets;
    case Slot::time:
      if (const auto time = parse_duration(word)) {
        event.amount = static_cast<std::uint64_t>(time->count());
        return true;
      }
      return false;
    case Slot::share:
      return put_amount(parse_share(word), event.amount);
    case Slot::times:
      return word.starts_with('x') && put_number(parse_count(word.substr(1)), event.times);
    case Slot::written:
      if (auto written = parse_octets_written(word)) {
        event.written = std::move(*written);
        return true;
      }
      return false;
  }
  return false;
}

std::string wanted_by(const SentencePart& part) {
  switch (part.slot) {
    case Slot::words:
      return '"' + std::string(part.words) + '"';
    case Slot::who:
    case Slot::whom:
    case Slot::via:
      return "a number";
    case Slot::streams:
    case Slot::node:
    case Slot::place:
    case Slot::origin:
    case Slot::family: {
      std::string all;
      for (const auto word : choices(part.slot)) {
        all += (all.empty() ? "\"" : ", \"") + std::string(word) + '"';
      }
      return all;
    }
    case Slot::octets:
      return "octets up to " + print_octets(kMostOctets) + " like 100B";
    case Slot::time:
      return "a time like 20ms";
    case Slot::share:
      return "a share from 0 to 1 like 0.02";
    case Slot::times:
      return "a repetition like x12 or nothing";
    case Slot::written:
      return "octets like 01.user1.00.02.vless-peer3.0258.fill600";
  }
  return {};
}

// How far a text follows a pattern.
struct Reading {
  std::optional<Event> event;
  std::size_t words_read = 0;
  std::string found;
  std::string wanted;
};

Reading follow(const Sentence& sentence, std::string_view text) {
  Reading reading;
  Event event{.deed = sentence.deed};
  std::string_view pattern = sentence.pattern;
  while (!pattern.empty()) {
    const SentencePart part = take_part(pattern);
    const std::string_view word = take_word(text);
    if (part.slot == Slot::times && word.empty()) break;
    const bool fits =
        part.slot == Slot::words ? word == part.words : fill_slot(part.slot, word, event);
    if (!fits) {
      reading.found = word;
      reading.wanted = wanted_by(part);
      return reading;
    }
    ++reading.words_read;
  }
  reading.found = take_word(text);
  if (reading.found.empty()) {
    reading.event = event;
  } else {
    reading.wanted = "the end of the line";
  }
  return reading;
}

}  // namespace

std::string sentence(const Event& event) {
  std::string text;
  std::string_view pattern = sentence_of(event.deed).pattern;
  while (!pattern.empty()) {
    const SentencePart part = take_part(pattern);
    const std::string word =
        part.slot == Slot::words ? std::string(part.words) : print_slot(part.slot, event);
    if (!text.empty() && !word.empty()) text += ' ';
    text += word;
  }
  return text;
}

// The patterns that went furthest say what was wanted.
std::variant<Event, Misread> parse_sentence(std::string_view text) {
  std::size_t furthest = 0;
  std::vector<std::string> wanted;
  std::string found;
  for (const Sentence& each : sentences()) {
    Reading reading = follow(each, text);
    if (reading.event) return *reading.event;
    if (reading.words_read < furthest) continue;
    if (reading.words_read > furthest) wanted.clear();
    furthest = reading.words_read;
    found = reading.found;
    if (std::ranges::find(wanted, reading.wanted) == wanted.end()) {
      wanted.push_back(std::move(reading.wanted));
    }
  }
  std::string all;
  for (const std::string& each : wanted) all += (all.empty() ? "" : " or ") + each;
  return Misread{std::move(found), std::move(all)};
}

std::string_view take_word(std::string_view& text) {
  constexpr std::string_view kSpace = " \t\r";
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(kSpace));
  text.remove_prefix(word.size());
  text.remove_prefix(std::min(text.find_first_not_of(kSpace), text.size()));
  return word;
}

}  // namespace fullcone::sim
