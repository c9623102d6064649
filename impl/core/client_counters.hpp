// What one shard of the client has done. Each datagram is counted once more where it ends.
#pragma once

#include <cstdint>

namespace fullcone {

struct ClientCounters {
  std::uint64_t locals_accepted = 0;
  std::uint64_t locals_refused = 0;  // over the limit, bad handshake or credentials
  std::uint64_t associations_begun = 0;
  std::uint64_t associations_ended = 0;
  std::uint64_t crumfurs_established = 0;
  std::uint64_t crumfurs_lost = 0;
  std::uint64_t channels_opened = 0;
  std::uint64_t channels_lost = 0;  // closed by the server or cut
  std::uint64_t mux_connected = 0;
  std::uint64_t mux_lost = 0;  // failed, closed by the server or cut

  std::uint64_t ready_taken = 0;        // requests that found a connection ready
  std::uint64_t ready_missed = 0;       // that found none, while some are kept
  std::uint64_t ready_unused = 0;       // grown old, or given up
  std::uint64_t ready_lost = 0;         // ended by the server or cut before anybody wanted them
  std::uint64_t requests_repeated = 0;  // on a fresh connection: the ready one had ended

  std::uint64_t from_app = 0;  // datagrams that apps sent to relays
  std::uint64_t sent_on_channel = 0;
  std::uint64_t sent_on_mux = 0;
  std::uint64_t waiting = 0;           // for a channel; moves to another line when it leaves
  std::uint64_t dropped_fragment = 0;  // SOCKS-2
  std::uint64_t dropped_foreign = 0;   // not from the association's app (SOCKS-3)
  std::uint64_t dropped_malformed = 0;
  std::uint64_t dropped_waiting_full = 0;  // oldest first
  std::uint64_t dropped_channel_full = 0;
  std::uint64_t dropped_mux_full = 0;      // or waiting when the mux connection went
  std::uint64_t dropped_refused = 0;       // the server has just closed that destination's channel
  std::uint64_t dropped_with_channel = 0;  // waiting for a channel or session that went

  std::uint64_t from_server = 0;  // datagrams read from channels, CRUMFURS and mux
  std::uint64_t to_app = 0;
  std::uint64_t dropped_too_large = 0;  // with their header, more than UDP can carry to the app
  std::uint64_t dropped_unpinned = 0;   // for an app that has not sent yet
  std::uint64_t dropped_send_failed = 0;

  // Where each of from_app, and each of from_server, has ended or waits.
  std::uint64_t from_app_ended() const {
    return sent_on_channel + sent_on_mux + waiting + dropped_fragment + dropped_foreign +
           dropped_malformed + dropped_waiting_full + dropped_channel_full + dropped_mux_full +
           dropped_refused + dropped_with_channel;
  }
  std::uint64_t from_server_ended() const {
    return to_app + dropped_too_large + dropped_unpinned + dropped_send_failed;
  }
};

}  // namespace fullcone
