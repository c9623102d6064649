// What both kinds of testbed give to a case: peers, payloads of its own, waiting for what must come
// and judging that nothing comes. One bed serves one case; everything it handed out ends with it.
#pragma once

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/uuid.hpp"
#include "conformance/bed/journal.hpp"
#include "conformance/bed/network.hpp"
#include "conformance/expect.hpp"
#include "conformance/nat/behaviour.hpp"
#include "wire/socks5.hpp"

namespace fullcone::conformance {

class Peer;
struct Named;

// How a client under test is configured: with isolated channels and TCP connections of their own;
// with both by mux; with isolated channels first, and by mux from some number of them on.
enum class ClientMode : std::uint8_t { isolated, mux, automatic };

// What the suite is told about a subject; defaults are those of SPEC.md.
struct SubjectFacts {
  Uuid user;
  std::optional<Uuid> second_user;
  bool speaks_v1 = true;  // false: a server of today, v0 only
  Duration header_timeout = 10s;
  Duration grace = 30s;
  Duration mapping_idle = 300s;
  Duration mapping_inbound_only = 3600s;
  Duration dead_link = 90s;
  std::optional<std::size_t> heard_peers;  // the bound of CONE-12, if known
  std::size_t mux_streams = 1024;          // open at once, of one mux connection
  // Of a client:
  ClientMode mode = ClientMode::isolated;
  std::size_t mux_after = 16;  // isolated channels of an association, in `automatic`
  std::optional<socks5::Credentials> credentials;  // what its local port asks for
  // Of a NAT:
  bool is_proxy = false;  // it is seen only through SOCKS5
  bool may_be_hairpinned = true;
  std::optional<std::size_t> mappings;  // how many it has at most, if few enough to be used up
  NatBehaviour expected;                // what has been asserted of it
};

// How long things take on a testbed; measured once, good for all its cases.
struct Pace {
  Duration answer_limit = 3s;  // for what must come
  Duration patience = 15s;     // the longest wait on purpose, where time costs something
  Duration round_trip = 0ms;   // the slowest exchange that was measured
  Duration slack = 10ms;       // a scheduler's hiccup
  // What the queues of the system and of TLS hold at most between two programs, one way: a server's
  // own queue grows only once they are full.
  std::size_t path_holds = 16u << 20;
  double loss = 0;  // the share of datagrams that the path loses; measured too
  Duration case_limit = Duration::max();    // for one case, whatever it waits for
  const std::atomic<bool>* stop = nullptr;  // set: cases end as soon as they can
  std::optional<Lifetime> lifetime = {};    // of a NAT's idle mapping, once it was looked for
};

// Somebody to whom nothing may come.
struct Party {
  std::string name;
  // The first thing not yet taken, in words.
  std::function<std::optional<std::string>()> next;
  std::function<void()> take;
  // Sends what must come, behind all that was sent before, and returns how next() will name it.
  // Empty, or nullopt: there is no way to do so.
  std::function<std::optional<std::string>()> send_marker;
};

class Bed {
 public:
  Bed(Network& network, const SubjectFacts& subject, Pace& pace, std::uint64_t seed);
  virtual ~Bed() = default;
  Bed(const Bed&) = delete;
  Bed& operator=(const Bed&) = delete;

  // ----- for cases
  Peer peer(Family family = Family::ipv4);
  // The same IP, another port.
  Peer peer_beside(const Peer& neighbour);
  // A peer that the subject can resolve the name of.
  Named named_peer();
  // `word` with a number: a payload that nobody else sends.
  std::string unique(std::string_view word);
  // `size` octets that start with unique(word).
  std::string unique(std::string_view word, std::size_t size);
  // That nobody of them hears anything. Where a marker can be sent behind whatever might still be
  // under way, silence is judged by its arrival, otherwise by the measured round trip.
  Finding stays_silent(const std::vector<Party>& parties);
  // Lets time pass on purpose; skips the case where that takes longer than one is ready to wait.
  void pass(Duration duration, std::string_view reason);
  // For a case that has to be done while a timer of the subject's, which cannot have begun before
  // `begun`, has not run for `limit`: ends it, inconclusive, where path or machine was too slow.
  void still_within(TimePoint begun, Duration limit, std::string_view timer);
  const SubjectFacts& subject() const { return subject_; }
  const Powers& powers() const { return network_.powers(); }
  [[noreturn]] void skip(std::string reason);
  [[noreturn]] void unsupported(std::string reason);

  // That the subject still does its work for others: a case that passes ends with it.
  virtual void expect_service() = 0;
  // Measures the pace: a few exchanges; and what the path loses, if it may.
  virtual void calibrate(bool path_may_lose) = 0;
  // Leaves the subject as it was found, as far as that is possible.
  virtual void tear_down() {}

  // ----- for what is built on it
  Network& network() { return network_; }
  const Pace& pace() const { return pace_; }
  // Waits for what must come; false when it did not in time.
  bool wait_until(const std::function<bool()>& done);
  // Lets time pass until `done`; false when `limit` is over before. Every wait of a case goes
  // through here: it ends the case when its own time is over, or the run is stopped.
  bool run_until(const std::function<bool()>& done, Duration limit);
  // As long as an answer to the last thing sent could take, and a little more.
  Duration quiet_time() const;
  void wait_a_round_trip();
  // The longest wait on purpose: where time costs nothing, a day.
  Duration ready_to_wait() const { return network_.is_virtual() ? 24h : pace_.patience; }
  void measured(Duration exchange);
  void measured(const Lifetime& lifetime) { pace_.lifetime = lifetime; }
  void measured_loss(double share) { pace_.loss = std::max(pace_.loss, share); }
  // Into the journal: a remark, or what one of the suite's parties sends or receives. `octets` are
  // those that passed, where there are more than `what` shows.
  void note(const std::string& remark);
  void sent(const std::string& party, const std::string& what, std::string_view octets = {});
  void received(const std::string& party, const std::string& what, std::string_view octets = {});
  // Of the last entry: no datagram has part in it.
  void of_stream() { journal_.last().of_stream = true; }
  std::vector<JournalEntry> journal() const { return journal_.entries(); }
  Random& random() { return random_; }
  Uuid random_id();
  std::size_t next_number(const std::string& kind);

 private:
  void enter(JournalEntry::Kind kind, const std::string& party, const std::string& what,
             std::string_view octets);
  std::optional<std::string> heard_by(const std::vector<Party>& parties,
                                      std::vector<std::optional<std::string>>& markers) const;

  Network& network_;
  const SubjectFacts& subject_;
  Pace& pace_;
  Random random_;
  Journal journal_;
  TimePoint begun_;
  std::vector<std::pair<std::string, std::size_t>> numbers_;
};

}  // namespace fullcone::conformance
