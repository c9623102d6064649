#include "conformance/bed/bed.hpp"

#include <algorithm>
#include <utility>

#include "conformance/bed/peer.hpp"

namespace fullcone::conformance {

Bed::Bed(Network& network, const SubjectFacts& subject, Pace& pace, std::uint64_t seed)
    : network_(network), subject_(subject), pace_(pace), random_(seed), begun_(network.now()) {}

// ----- for cases

Peer Bed::peer(Family family) {
  auto port = network_.open_peer(family);
  if (port == nullptr) skip("no IPv6 here");
  return Peer(*this, std::move(port));
}

Peer Bed::peer_beside(const Peer& neighbour) {
  return Peer(*this, network_.open_peer_beside(neighbour.port()));
}

Named Bed::named_peer() {
  auto named = network_.open_named_peer();
  if (named.port == nullptr) skip("no name leads to a peer");
  return {Peer(*this, std::move(named.port)), std::move(named.name)};
}

std::string Bed::unique(std::string_view word) {
  constexpr std::string_view kLetters = "0123456789abcdefghijklmnopqrstuv";
  std::string text(word);
  text += '-';
  for (int i = 0; i < 8; ++i) text += kLetters[random_.below(kLetters.size())];
  return text;
}

std::string Bed::unique(std::string_view word, std::size_t size) {
  std::string text = unique(word);
  while (text.size() < size) text += static_cast<char>('!' + random_.below(94));
  text.resize(size);
  return text;
}

Finding Bed::stays_silent(const std::vector<Party>& parties) {
  std::vector<std::optional<std::string>> markers;
  const TimePoint begun = network_.now();
  for (const Party& party : parties) {
    markers.push_back(party.send_marker ? party.send_marker() : std::nullopt);
  }
  const bool marked = std::ranges::any_of(markers, [](const auto& m) { return m.has_value(); });
  std::optional<std::string> heard;
  const auto waiting = [&] {
    return std::ranges::any_of(markers, [](const auto& m) { return m.has_value(); });
  };
  const bool settled = wait_until([&] {
    heard = heard_by(parties, markers);
    return heard || !waiting();
  });
  if (!settled) throw Unmet{"silence, and a marker behind it", "the marker did not come", "", true};
  if (!heard) {
    const Duration as_long_again = network_.now() - begun + pace_.slack;
    run_until(
        [&] {
          heard = heard_by(parties, markers);
          return heard.has_value();
        },
        marked ? as_long_again : quiet_time());
  }
  if (heard) return {false, *heard};
  return {true, "silence"};
}

// What one of them has heard that is not the marker it waits for; takes the markers that came.
std::optional<std::string> Bed::heard_by(const std::vector<Party>& parties,
                                         std::vector<std::optional<std::string>>& markers) const {
  for (std::size_t i = 0; i < parties.size(); ++i) {
    auto next = parties[i].next();
    if (next && next == markers[i]) {
      parties[i].take();
      markers[i].reset();
      next = parties[i].next();
    }
    if (next) return parties[i].name + " heard " + *next;
  }
  return std::nullopt;
}

void Bed::pass(Duration duration, std::string_view reason) {
  if (duration > ready_to_wait()) {
    skip(std::string(reason) + ": would take " + describe(duration) +
         ", more than the patience given");
  }
  note("waits " + describe(duration) + ": " + std::string(reason));
  run_until([] { return false; }, duration);
}

void Bed::still_within(TimePoint begun, Duration limit, std::string_view timer) {
  const Duration took = network_.now() - begun;
  if (took < limit) return;
  throw Unjudged{Verdict::inconclusive, "the " + std::string(timer) + " may be over after " +
                                            describe(took) +
                                            ": the path, or this machine, is slow"};
}

void Bed::skip(std::string reason) { throw Unjudged{Verdict::skipped, std::move(reason)}; }

void Bed::unsupported(std::string reason) {
  throw Unjudged{Verdict::unsupported, std::move(reason)};
}

// ----- for what is built on it

bool Bed::wait_until(const std::function<bool()>& done) {
  return run_until(done, pace_.answer_limit);
}

bool Bed::run_until(const std::function<bool()>& done, Duration limit) {
  const auto stopped = [&] { return pace_.stop != nullptr && *pace_.stop; };
  const Duration left = pace_.case_limit - (network_.now() - begun_);
  bool came = false;
  network_.run_until([&] { return (came = done()) || stopped(); }, std::min(limit, left));
  if (came) return true;
  if (stopped()) throw Unjudged{Verdict::inconclusive, "the run was stopped"};
  if (left <= limit) {
    throw Unjudged{Verdict::inconclusive,
                   "the case was not over within " + describe(pace_.case_limit)};
  }
  return false;
}

void Bed::wait_a_round_trip() {
  run_until([] { return false; }, quiet_time());
}

Duration Bed::quiet_time() const { return pace_.round_trip * 4 + pace_.slack; }

void Bed::measured(Duration exchange) { pace_.round_trip = std::max(pace_.round_trip, exchange); }

void Bed::note(const std::string& remark) { enter(JournalEntry::Kind::remark, {}, remark, {}); }

void Bed::sent(const std::string& party, const std::string& what, std::string_view octets) {
  enter(JournalEntry::Kind::sent, party, what, octets);
}

void Bed::received(const std::string& party, const std::string& what, std::string_view octets) {
  enter(JournalEntry::Kind::received, party, what, octets);
}

void Bed::enter(JournalEntry::Kind kind, const std::string& party, const std::string& what,
                std::string_view octets) {
  journal_.add({network_.now() - begun_, kind, party, what, std::string(octets)});
}

Uuid Bed::random_id() {
  Uuid id;
  for (auto& octet : id.octets) octet = static_cast<std::uint8_t>(random_.next() >> 56);
  return id;
}

std::size_t Bed::next_number(const std::string& kind) {
  const auto known = std::ranges::find(numbers_, kind, &std::pair<std::string, std::size_t>::first);
  if (known != numbers_.end()) return ++known->second;
  numbers_.emplace_back(kind, 1);
  return 1;
}

}  // namespace fullcone::conformance
