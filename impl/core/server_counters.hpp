// What one shard of the server has done, in datagrams and connections. Each datagram that comes in
// is counted once more where it ends: sent, delivered, or dropped with its reason.
#pragma once

#include <cstdint>

namespace fullcone {

struct ServerCounters {
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_rejected = 0;  // no whole valid header with a known UUID
  std::uint64_t connections_refused = 0;   // valid, but over a limit or without a CRUMFURS
  std::uint64_t requests_denied = 0;  // to where policy forbids: TCP, UDP, mux streams (EGRESS-1)
  std::uint64_t fallbacks = 0;
  std::uint64_t crumfurs_violations = 0;  // CRUM-6
  std::uint64_t sessions_begun = 0;
  std::uint64_t sessions_ended = 0;
  std::uint64_t mappings_opened = 0;
  std::uint64_t mappings_expired = 0;

  std::uint64_t mux_connections = 0;
  std::uint64_t mux_violations = 0;    // connections closed for breaking mux's rules (MUX-4)
  std::uint64_t mux_streams = 0;       // opened
  std::uint64_t mux_streams_lost = 0;  // reset, by either end

  std::uint64_t frames_in = 0;  // datagrams read from isolated channels and mux
  std::uint64_t datagrams_sent = 0;
  std::uint64_t dropped_too_large_out = 0;  // larger than UDP can send (UDP-5)
  std::uint64_t dropped_send_failed = 0;    // the system refused, as the driver reported
  std::uint64_t dropped_denied = 0;         // by mux, to where policy forbids (EGRESS-1)
  std::uint64_t dropped_unresolved = 0;     // by mux, to a name that has no address, or too many
  std::uint64_t resolving = 0;  // waits for its name; moves to another line when it leaves

  std::uint64_t datagrams_in = 0;  // datagrams received on mappings
  std::uint64_t delivered_on_channel = 0;
  std::uint64_t delivered_on_crumfurs = 0;
  std::uint64_t delivered_on_mux = 0;
  std::uint64_t queued_in_grace = 0;  // still waiting; moves to another line when it leaves
  std::uint64_t dropped_channel_full = 0;
  std::uint64_t dropped_crumfurs_full = 0;
  std::uint64_t dropped_mux_full = 0;       // or waiting when its stream ended
  std::uint64_t dropped_grace_full = 0;     // oldest first, while CRUMFURS is cut
  std::uint64_t dropped_session_ended = 0;  // queued in grace when the session ended
  std::uint64_t dropped_empty = 0;          // CRUM-9
  std::uint64_t dropped_too_large_in = 0;   // over what an UMFURS or a frame can carry
  std::uint64_t dropped_stranger_v0 = 0;    // UDP-6
  std::uint64_t dropped_no_mapping = 0;     // arrived after its mapping was closed

  // Where each of frames_in, and each of datagrams_in, has ended or waits.
  std::uint64_t frames_ended() const {
    return datagrams_sent + dropped_too_large_out + dropped_send_failed + dropped_denied +
           dropped_unresolved + resolving;
  }
  std::uint64_t datagrams_ended() const {
    return delivered_on_channel + delivered_on_crumfurs + delivered_on_mux + queued_in_grace +
           dropped_channel_full + dropped_crumfurs_full + dropped_mux_full + dropped_grace_full +
           dropped_session_ended + dropped_empty + dropped_too_large_in + dropped_stranger_v0 +
           dropped_no_mapping;
  }
};

}  // namespace fullcone
