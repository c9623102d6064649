#include "simulator/life/deeds.hpp"

#include <array>
#include <cassert>

namespace fullcone::sim {
namespace {

constexpr std::array kSentences = {
    Sentence{Deed::app_opens, "app {who} opens on client {whom}"},
    Sentence{Deed::app_opens_beside, "app {who} opens beside client {whom}"},
    Sentence{Deed::app_sends, "app {who} sends {octets} to peer {whom} {times}"},
    Sentence{Deed::app_sends_by_name,
             "app {who} sends {octets} to name {via} on the port of peer {whom} {times}"},
    Sentence{Deed::app_answers, "app {who} answers its latest source with {octets} {times}"},
    Sentence{Deed::app_sends_nonsense, "app {who} sends {octets} of nonsense to its relay"},
    Sentence{Deed::app_asks_stun, "app {who} asks peer {whom} for a STUN answer from {origin}"},
    Sentence{Deed::app_asks_dns, "app {who} asks peer {whom} for name {via} in {family}"},
    Sentence{Deed::app_meets_peer, "app {who} meets peer {whom} through peer {via}"},
    Sentence{Deed::app_meets_app, "app {who} meets app {whom} through peer {via}"},
    Sentence{Deed::app_quits, "app {who} quits"},
    Sentence{Deed::app_crashes, "app {who} crashes"},
    Sentence{Deed::peer_writes,
             "peer {who} writes {octets} to app {whom} on the port that peer {via} knows {times}"},
    Sentence{Deed::peer_answers, "peer {who} answers app {whom} with {octets} {times}"},
    Sentence{Deed::peer_sprays,
             "peer {who} sprays {octets} at app {whom} on the port that peer {via} knows {times}"},
    Sentence{
        Deed::peer_floods,
        "peer {who} floods app {whom} with {octets} on the port that peer {via} knows {times}"},
    Sentence{Deed::peer_writes_to_port,
             "peer {who} writes {octets} to port {whom} of server {via} {times}"},
    Sentence{Deed::tcp_connects, "tcp {who} connects from client {via} to target {whom}"},
    Sentence{Deed::tcp_sends, "tcp {who} sends {octets} {times}"},
    Sentence{Deed::tcp_ends, "tcp {who} ends its side"},
    Sentence{Deed::tcp_quits, "tcp {who} quits"},
    Sentence{Deed::tcp_crashes, "tcp {who} crashes"},
    Sentence{Deed::tcp_stalls, "tcp {who} stops reading"},
    Sentence{Deed::tcp_reads_again, "tcp {who} reads again"},
    Sentence{Deed::hand_dials_server, "hand {who} dials server {whom} over {family}"},
    Sentence{Deed::hand_dials_client, "hand {who} dials client {whom}"},
    Sentence{Deed::hand_dials_from_beside, "hand {who} dials client {whom} from beside it"},
    Sentence{Deed::hand_says, "hand {who} says {written}"},
    Sentence{Deed::hand_sends,
             "hand {who} sends {written} to its relay from socket {whom} {times}"},
    Sentence{Deed::hand_ends, "hand {who} ends its side"},
    Sentence{Deed::hand_closes, "hand {who} closes"},
    Sentence{Deed::hand_crashes, "hand {who} crashes"},
    Sentence{Deed::hand_cut, "hand {who} is cut"},
    Sentence{Deed::hand_cut_after, "hand {who} is cut after {octets}"},
    Sentence{Deed::hand_stalls, "hand {who} stops reading"},
    Sentence{Deed::hand_reads_again, "hand {who} reads again"},
    Sentence{Deed::stream_cut, "{streams} {whom} of client {who} is cut"},
    Sentence{Deed::stream_cut_after, "{streams} {whom} of client {who} is cut after {octets}"},
    Sentence{Deed::stream_silent, "{streams} {whom} of client {who} falls silent"},
    Sentence{Deed::stream_unread, "{streams} {whom} of client {who} is not read for {time}"},
    Sentence{Deed::streams_cut, "client {who} loses every stream"},
    Sentence{Deed::node_restarts, "{node} {who} restarts"},
    Sentence{Deed::node_stops, "{node} {who} stops"},
    Sentence{Deed::node_crashes, "{node} {who} crashes"},
    Sentence{Deed::node_vanishes, "{node} {who} vanishes"},
    Sentence{Deed::node_starts, "{node} {who} starts"},
    Sentence{Deed::client_roams, "client {who} roams behind nat {whom}"},
    Sentence{Deed::peer_roams, "peer {who} roams behind nat {whom}"},
    Sentence{Deed::cut_off, "{place} {who} is cut off for {time}"},
    Sentence{Deed::nat_restarts, "nat {who} restarts"},
    Sentence{Deed::name_fails, "name {who} fails"},
    Sentence{Deed::name_answers_again, "name {who} answers again"},
    Sentence{Deed::ports_exhausted, "server {who} has no ports left"},
    Sentence{Deed::ports_back, "server {who} has ports again"},
    Sentence{Deed::loss_becomes, "loss of {place} {who} becomes {share}"},
    Sentence{Deed::delay_becomes, "delay of {place} {who} becomes {time}"},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kSentences.size(); ++i) {
    if (kSentences[i].deed != static_cast<Deed>(i)) return false;
  }
  return kSentences.size() == kDeedCount;
}
static_assert(in_order());

constexpr std::array<std::string_view, 14> kSlots = {
    "",         "{who}",    "{whom}",   "{via}",  "{streams}", "{node}",  "{place}",
    "{origin}", "{family}", "{octets}", "{time}", "{share}",   "{times}", "{written}"};

constexpr std::array<std::string_view, 2> kStreams = {"stream", "CRUMFURS"};
constexpr std::array<std::string_view, 4> kPlaces = {"client", "server", "peer", "nat"};
constexpr std::array<std::string_view, 4> kOrigins = {"there", "another-port", "another-address",
                                                      "elsewhere"};
constexpr std::array<std::string_view, 2> kFamilies = {"ipv4", "ipv6"};

}  // namespace

std::span<const Sentence> sentences() { return kSentences; }

const Sentence& sentence_of(Deed deed) { return kSentences[static_cast<std::size_t>(deed)]; }

SentencePart take_part(std::string_view& pattern) {
  const std::string_view word = pattern.substr(0, pattern.find(' '));
  pattern.remove_prefix(word.size());
  if (!pattern.empty()) pattern.remove_prefix(1);
  for (std::size_t i = 1; i < kSlots.size(); ++i) {
    if (kSlots[i] == word) return {static_cast<Slot>(i), word};
  }
  assert(!word.starts_with('{'));
  return {Slot::words, word};
}

bool has_slot(Deed deed, Slot slot) {
  return sentence_of(deed).pattern.find(kSlots[static_cast<std::size_t>(slot)]) !=
         std::string_view::npos;
}

std::span<const std::string_view> choices(Slot slot) {
  if (slot == Slot::streams) return kStreams;
  if (slot == Slot::node) return std::span(kPlaces).first(2);
  if (slot == Slot::place) return kPlaces;
  if (slot == Slot::origin) return kOrigins;
  if (slot == Slot::family) return kFamilies;
  return {};
}

}  // namespace fullcone::sim
