// What may happen in a life: the kinds of events, and the sentence that stands for each in a file.
// One table serves writing, reading and shrinking.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "simulator/life/written_octets.hpp"

namespace fullcone::sim {

enum class Deed : std::uint8_t {
  app_opens,
  app_opens_beside,
  app_sends,
  app_sends_by_name,
  app_answers,
  app_sends_nonsense,
  app_asks_stun,
  app_asks_dns,
  app_meets_peer,
  app_meets_app,
  app_quits,
  app_crashes,
  peer_writes,
  peer_answers,
  peer_sprays,
  peer_floods,
  peer_writes_to_port,
  tcp_connects,
  tcp_sends,
  tcp_ends,
  tcp_quits,
  tcp_crashes,
  tcp_stalls,
  tcp_reads_again,
  hand_dials_server,
  hand_dials_client,
  hand_dials_from_beside,
  hand_says,
  hand_sends,
  hand_ends,
  hand_closes,
  hand_crashes,
  hand_cut,
  hand_cut_after,
  hand_stalls,
  hand_reads_again,
  stream_cut,
  stream_cut_after,
  stream_silent,
  stream_unread,
  streams_cut,
  node_restarts,
  node_stops,
  node_crashes,
  node_vanishes,
  node_starts,
  client_roams,
  peer_roams,
  cut_off,
  nat_restarts,
  name_fails,
  name_answers_again,
  ports_exhausted,
  ports_back,
  loss_becomes,
  delay_becomes,
};
inline constexpr std::size_t kDeedCount = static_cast<std::size_t>(Deed::delay_becomes) + 1;

// Words that a sentence may choose from stand for their place in the list.
enum class Streams : std::uint8_t { all, crumfurs };
enum class Place : std::uint8_t { client, server, peer, nat };
enum class Origin : std::uint8_t { the_same, another_port, another_address, elsewhere };

// What a sentence leaves open; the deed says which of these mean something.
struct Event {
  Duration at{};  // from the life's beginning
  Deed deed{};
  std::uint32_t who = 0;     // whose event it is: an app, a peer, a client…
  std::uint32_t whom = 0;    // the other one, or the which of several
  std::uint32_t via = 0;     // a third, or the word chosen
  std::uint64_t amount = 0;  // octets, nanoseconds, or millionths
  std::uint32_t times = 1;
  WrittenOctets written{};

  bool operator==(const Event&) const = default;
};

// The most that one event sends: of a datagram, what IPv4 can carry; also of a TCP app.
inline constexpr std::uint64_t kMostOctets = 65'507;

// A part of a sentence: literal words, or what an event fills in.
enum class Slot : std::uint8_t {
  words,
  who,
  whom,
  via,
  streams,  // "stream" or "CRUMFURS", in `via`
  node,     // "client" or "server", in `via`
  place,    // "client", "server", "peer" or "nat", in `via`
  origin,   // of a STUN answer: "there", "another-port"…, in `via`
  family,   // "ipv4" or "ipv6", in `amount`
  octets,   // in `amount`: "100B"
  time,     // in `amount`: "20ms"
  share,    // in `amount`: "0.02"
  times,    // "x12"; left out when once
  written,  // in `written`: "01.user1.00"
};

struct SentencePart {
  Slot slot;
  std::string_view words;
};

struct Sentence {
  Deed deed;
  std::string_view pattern;  // "app {who} sends {octets} to peer {whom} {times}"
};

// In the order of Deed.
std::span<const Sentence> sentences();
const Sentence& sentence_of(Deed deed);

// The next word or slot of a pattern, taken from its front; precondition: it is not empty.
SentencePart take_part(std::string_view& pattern);
bool has_slot(Deed deed, Slot slot);
// The words that a slot offers; empty for one that takes a number.
std::span<const std::string_view> choices(Slot slot);

}  // namespace fullcone::sim
