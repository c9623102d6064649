// The server's end of one session's CRUMFURS channel: established on a connection, or cut and
// waiting for the client to come back, with a bounded queue in both states (CRUM-7, 8, 10).
#pragma once

#include <deque>
#include <optional>

#include "base/time.hpp"
#include "core/limits.hpp"
#include "core/send_budget.hpp"
#include "core/server_actions.hpp"
#include "core/server_counters.hpp"

namespace fullcone {

class CrumfursChannel {
 public:
  CrumfursChannel(const SessionLimits& limits, ServerCounters& counters)
      : limits_(limits), counters_(counters), budget_(limits.crumfurs_queue_bytes) {}

  bool established() const { return connection_.has_value(); }
  std::optional<ConnectionId> connection() const { return connection_; }
  // When the session ends unless the client comes back; nullopt while established.
  std::optional<TimePoint> grace_ends() const { return grace_ends_; }

  // Answers a CRUMFURS request on `connection`, closing the one it replaces, and sends what waited.
  void establish(ConnectionId connection, ServerActions& out);
  // The connection was cut: what arrives from now on waits until `now` + grace.
  void on_cut(TimePoint now);
  void on_written(std::size_t octets) { budget_.written(octets); }

  // One datagram from an unknown source, sent, queued, or dropped and counted.
  void deliver(const Endpoint& source, ByteView payload, ServerActions& out);

  // Closes the connection, if any, and drops what waits.
  void close(ServerActions& out);

 private:
  void queue(const FrameHead& head, ByteView payload);
  void drop_oldest();

  const SessionLimits& limits_;
  ServerCounters& counters_;
  std::optional<ConnectionId> connection_;
  SendBudget budget_;
  std::optional<TimePoint> grace_ends_;
  std::deque<Bytes> waiting_;  // whole UMFURS messages, oldest first, while cut
  std::size_t waiting_bytes_ = 0;
};

}  // namespace fullcone
