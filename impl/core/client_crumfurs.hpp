// The client's end of one session's CRUMFURS channel: opened when first needed (CRUM-5), answered
// by CRUMFURS_ESTABLISHED before any channel is opened (CRUM-4), redialled with growing pauses when
// it is lost (CRUM-7, CRUM-8). It only ever reads after its request (CRUM-6). A request on a ready
// connection that is not answered is made again at once, on a fresh one.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <variant>

#include "base/random.hpp"
#include "base/time.hpp"
#include "core/backoff.hpp"
#include "core/client_actions.hpp"
#include "core/client_counters.hpp"
#include "core/client_settings.hpp"
#include "core/ready_connections.hpp"
#include "wire/length_prefixed.hpp"
#include "wire/umfurs.hpp"

namespace fullcone {

class ClientCrumfurs {
 public:
  ClientCrumfurs(const ClientSettings& settings, const SessionId& session,
                 ReadyConnections& connections, Random& random, ClientCounters& counters)
      : settings_(settings),
        session_(session),
        connections_(connections),
        random_(random),
        counters_(counters),
        backoff_(settings.limits.reconnect_first, settings.limits.reconnect_most) {}

  bool established() const { return phase_ == Phase::established; }
  bool owns(ConnectionId id) const { return connection_ == id; }

  // A channel waits for it: dials unless that is done or under way.
  void need(TimePoint now, ClientActions& out);
  void on_connected(TimePoint now, ClientActions& out);

  enum class Reading : std::uint8_t { good, just_established, violated };
  // Calls `on_umfurs(const Umfurs&)` for each message that `bytes` complete; payloads are views
  // into `bytes` or into what `out` keeps. `violated`: the server broke CRUM-2 or CRUM-3, and the
  // connection is to be given up.
  template <class OnUmfurs>
  Reading on_bytes(ByteView bytes, TimePoint now, ClientActions& out, OnUmfurs&& on_umfurs) {
    const bool was_established = established();
    if (!was_established) {
      if (phase_ != Phase::requested || bytes.empty()) return Reading::good;
      on_ready_ = false;
      if (bytes.front() != kCrumfursEstablished) return Reading::violated;
      bytes = bytes.subspan(1);
      on_established(now);
    }
    const bool good = messages_.feed(bytes, out, [&](ByteView body) {
      const auto parsed = parse_umfurs_body(body);
      const auto* const message = std::get_if<Umfurs>(&parsed);
      if (message != nullptr) on_umfurs(*message);
      return message != nullptr;
    });
    if (!good) return Reading::violated;
    return was_established ? Reading::good : Reading::just_established;
  }

  // The connection failed or was cut: a new one is dialled after a pause.
  void on_lost(TimePoint now, ClientActions& out);
  // The server ended it: another device may have taken the session over, so a new one is dialled
  // when a channel next needs it, and not before the pause is over.
  void on_ended(TimePoint now, ClientActions& out);
  void on_deadline(TimePoint now, ClientActions& out);
  // When it redials by itself, or gives up waiting for the answer.
  std::optional<TimePoint> deadline() const;
  void end(ClientActions& out);

 private:
  enum class Phase : std::uint8_t { unused, connecting, requested, established, waiting };

  void dial(TimePoint now, ClientActions& out);
  void open_on(ReadyConnections::Taken taken);
  bool repeats(TimePoint now, ClientActions& out);
  void on_established(TimePoint now);
  void wait(TimePoint now);

  const ClientSettings& settings_;
  SessionId session_;
  ReadyConnections& connections_;
  Random& random_;
  ClientCounters& counters_;
  Phase phase_ = Phase::unused;
  std::optional<ConnectionId> connection_;
  bool on_ready_ = false;  // it was ready, and nothing has come back yet
  LengthPrefixedStream messages_;
  std::optional<TimePoint> established_at_;
  std::optional<TimePoint> due_;  // requested: the answer; waiting: the redial
  bool wanted_ = false;           // the redial does not wait for the app
  Backoff backoff_;
};

}  // namespace fullcone
