#include <algorithm>
#include <charconv>
#include <utility>

#include "simulator/life/fields.hpp"
#include "simulator/life/quantities.hpp"
#include "simulator/life/replay.hpp"
#include "simulator/life/sentence.hpp"

namespace fullcone::sim {
namespace {

using Trouble = std::optional<Misread>;

constexpr std::string_view kLines =
    "\"scenario\", \"seed\", \"ties\", \"hash\", \"found\", \"heals\", \"server\", \"nat\", "
    "\"client\", \"peer\", \"target\", \"name\" or \"at\"";

Misread misread(std::string_view found, std::string_view wanted) {
  return {std::string(found), std::string(wanted)};
}

std::string quoted(std::string_view word) { return '"' + std::string(word) + '"'; }

class Reader {
 public:
  Trouble read_line(std::string_view line);
  Replay take();

 private:
  Trouble read_ties(std::string_view& line);
  Trouble read_hash(std::string_view& line);
  Trouble read_heals(std::string_view& line);
  Trouble read_event(std::string_view& line);
  template <class Plan>
  Trouble read_thing(std::string_view& line, std::map<Number, Plan>& things);
  template <class Plan>
  Trouble read_field(std::string_view word, Plan& plan);
  Life& life() { return replay_.life ? *replay_.life : replay_.life.emplace(); }

  Replay replay_;
};

Trouble Reader::read_line(std::string_view line) {
  line = line.substr(0, line.find('#'));
  const std::string_view word = take_word(line);
  Trouble trouble;
  if (word.empty()) return trouble;
  if (word == "at") return read_event(line);
  if (word == "server") return read_thing(line, life().servers);
  if (word == "nat") return read_thing(line, life().nats);
  if (word == "client") return read_thing(line, life().clients);
  if (word == "peer") return read_thing(line, life().peers);
  if (word == "target") return read_thing(line, life().targets);
  if (word == "name") return read_thing(line, life().names);
  if (word == "heals") {
    trouble = read_heals(line);
  } else if (word == "ties") {
    trouble = read_ties(line);
  } else if (word == "hash") {
    trouble = read_hash(line);
  } else if (word == "scenario") {
    replay_.scenario = take_word(line);
    if (replay_.scenario.empty()) trouble = misread("", "the name of a scenario");
  } else if (word == "found") {
    replay_.found.emplace_back(take_word(line));
    if (replay_.found.back().empty()) trouble = misread("", "the id of a rule");
  } else if (word == "seed") {
    const std::string_view number = take_word(line);
    const auto seed = parse_count(number);
    if (!seed) return misread(number, "a whole number");
    replay_.seed = *seed;
  } else {
    return misread(word, kLines);
  }
  if (trouble || line.empty()) return trouble;
  return misread(take_word(line), "the end of the line");
}

Replay Reader::take() {
  if (replay_.life) std::ranges::stable_sort(replay_.life->events, {}, &Event::at);
  return std::move(replay_);
}

Trouble Reader::read_ties(std::string_view& line) {
  const std::string_view word = take_word(line);
  if (word != "shuffled" && word != "as-planned") {
    return misread(word, "\"shuffled\" or \"as-planned\"");
  }
  replay_.shuffle_ties = word == "shuffled";
  return std::nullopt;
}

Trouble Reader::read_hash(std::string_view& line) {
  const std::string_view word = take_word(line);
  std::uint64_t hash = 0;
  const char* const end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, hash, 16);
  if (word.size() != 16 || error != std::errc{} || stop != end) {
    return misread(word, "16 hexadecimal digits");
  }
  replay_.hash = hash;
  return std::nullopt;
}

Trouble Reader::read_heals(std::string_view& line) {
  const std::string_view word = take_word(line);
  if (word == "unasked") {
    life().heals_within = Duration::zero();
    return std::nullopt;
  }
  if (word != "within") return misread(word, "\"within\" or \"unasked\"");
  const std::string_view time = take_word(line);
  const auto parsed = parse_duration(time);
  if (!parsed) return misread(time, "a time like 60s");
  life().heals_within = *parsed;
  return std::nullopt;
}

Trouble Reader::read_event(std::string_view& line) {
  const std::string_view time = take_word(line);
  const auto at = parse_duration(time);
  if (!at) return misread(time, "a time like 1.25s");
  auto read = parse_sentence(line);
  if (auto* const trouble = std::get_if<Misread>(&read)) return std::move(*trouble);
  life().events.push_back(std::get<Event>(read));
  life().events.back().at = *at;
  return std::nullopt;
}

template <class Plan>
Trouble Reader::read_thing(std::string_view& line, std::map<Number, Plan>& things) {
  const std::string_view word = take_word(line);
  const auto number = parse_count(word);
  if (!number || *number == 0 || *number > kMostNumber) {
    return misread(word, "a number from 1 to " + std::to_string(kMostNumber));
  }
  const auto [thing, added] = things.emplace(static_cast<Number>(*number), Plan{});
  if (!added) return misread(word, "a number that no other one has");
  while (!line.empty()) {
    if (auto trouble = read_field(take_word(line), thing->second)) return trouble;
  }
  return std::nullopt;
}

template <class Plan>
Trouble Reader::read_field(std::string_view word, Plan& plan) {
  const auto equals = std::min(word.find('='), word.size());
  const std::string_view name = word.substr(0, equals);
  std::string names;
  for (const Field& field : fields_of(plan)) {
    names += (names.empty() ? "" : ", ") + quoted(field.name);
    if (field.name != name) continue;
    if (equals == word.size()) return misread(word, quoted(name) + " followed by = and a value");
    const std::string_view value = word.substr(equals + 1);
    if (field.parse(value)) return std::nullopt;
    return misread(word, "for " + quoted(name) + ' ' + field.wanted);
  }
  return misread(name, names);
}

}  // namespace

std::string to_string(const ReplayError& error, std::string_view file) {
  const std::string found = error.found.empty() ? "the end of the line" : quoted(error.found);
  return std::string(file) + ':' + std::to_string(error.line) + ": found " + found +
         "; expected: " + error.wanted;
}

std::variant<Replay, ReplayError> parse_replay(std::string_view text) {
  Reader reader;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    if (auto trouble = reader.read_line(text.substr(0, end))) {
      return ReplayError{number, std::move(trouble->found), std::move(trouble->wanted)};
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.take();
}

}  // namespace fullcone::sim
