// The client's connections to the server, from the wish for one to its owner: handed over at once
// where one is ready (up, and nothing sent on it yet), dialled otherwise. How many are kept ready
// grows with what finds none and shrinks with what grows old unused; none is kept while nobody
// asks, nor so long that the server's header timeout (HDR-6) could end it. Sans-IO: driven by
// Client. Bounds in ClientLimits.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "core/client_actions.hpp"
#include "core/client_counters.hpp"
#include "core/limits.hpp"
#include "core/tally.hpp"

namespace fullcone {

class ReadyConnections {
 public:
  // From when one is taken until another is dialled.
  static constexpr Duration kRefill = std::chrono::milliseconds{3};

  // `ready`: it was up already. The server may have ended it without our knowing yet: a request on
  // it that ends unanswered within ClientLimits::ready_retry is made once more, on one that
  // dial_afresh() gives, where nothing can come of it twice that must not.
  struct Taken {
    ConnectionId connection{};
    bool ready = false;
  };

  // `held` counts those kept ready by every shard of the client. The references outlive this.
  ReadyConnections(const ClientLimits& limits, Random& random, Tally& held,
                   ClientCounters& counters)
      : limits_(limits), random_(random), held_(held), counters_(counters) {}

  // ----- for whoever has a request to make; on_connected follows in either case
  Taken take(TimePoint now, ClientActions& out);
  Taken dial_afresh(TimePoint now, ClientActions& out);
  bool has_taken() const { return !taken_.empty(); }
  // Those of take() and dial_afresh() since the last call, for Client to note their owner.
  std::vector<Taken> hand_over() { return std::exchange(taken_, {}); }
  // One of them did not come up.
  void on_dial_failed(TimePoint now) { back_off(now); }

  // ----- facts about those kept ready; of others they are ignored
  void on_connected(ConnectionId id, TimePoint now, ClientActions& out);
  // It failed or was cut; the driver no longer holds it.
  void on_lost(ConnectionId id, TimePoint now);
  // The server sends no more on it.
  void on_ended(ConnectionId id, TimePoint now, ClientActions& out);
  // The server speaks before it is asked.
  void on_bytes(ConnectionId id, TimePoint now, ClientActions& out);

  // What is missing is dialled here, and not when it goes: the request that took it has
  // kRefill to itself.
  void on_deadline(TimePoint now, ClientActions& out);
  std::optional<TimePoint> next_deadline() const { return due_; }
  void close_all(ClientActions& out);

  std::size_t size() const { return kept_.size(); }
  // For those who dial by themselves.
  IdSource<ConnectionId>& ids() { return ids_; }

 private:
  struct Kept {
    ConnectionId connection{};
    bool up = false;
    bool fading = false;  // may still be taken; another is to take its place
    TimePoint since{};    // it is up
    TimePoint fades_at{};
  };
  using Place = std::vector<Kept>::iterator;

  Place find(ConnectionId id);
  void forget(Place place, TimePoint now);
  void discard(Place place, TimePoint now, ClientActions& out);
  void fade(TimePoint now, ClientActions& out);
  void top_up(TimePoint now, ClientActions& out);
  std::size_t missing() const;
  void back_off(TimePoint now);
  void refill_soon(TimePoint now);
  void plan(TimePoint now);

  const ClientLimits& limits_;
  Random& random_;
  Tally& held_;
  ClientCounters& counters_;
  IdSource<ConnectionId> ids_;
  std::vector<Taken> taken_;
  std::vector<Kept> kept_;  // those that are up behind the others, the youngest last
  std::size_t wanted_ = 0;
  Duration age_{};  // none is kept longer: as is set, or less where the server has shown it
  std::optional<TimePoint> used_at_;  // nullopt: nobody has asked for long
  std::optional<TimePoint> due_;
  Duration pause_{};  // between dials that fail; zero: the last one that ended had served
  TimePoint not_before_{};
  TimePoint refill_at_{};  // what is missing is dialled then
};

}  // namespace fullcone
