// Every bound of the core, each a setting with its unit in its name or type. Reaching one drops or
// closes, is counted, and never touches another session (rules EGRESS-2, CONE-11, CONE-12,
// CRUM-10).
#pragma once

#include <chrono>
#include <cstddef>

#include "base/time.hpp"

namespace fullcone {

using namespace std::chrono_literals;

inline constexpr std::size_t kKiB = 1024;  // bytes

// Bounds of one server-side UDP session.
struct SessionLimits {
  std::size_t channels = 4096;  // open isolated channels
  std::size_t mappings = 4096;  // external ports held at once
  std::size_t dialled = 65536;  // destinations remembered as dialled
  std::size_t heard = 16384;    // peers remembered as heard, least recently heard go first
  std::size_t channel_queue_bytes = 256 * kKiB;   // waiting to be written, per isolated channel
  std::size_t crumfurs_queue_bytes = 512 * kKiB;  // the same on CRUMFURS, and while it is cut
  Duration grace = 30s;                   // a session outlives a cut CRUMFURS by this (CRUM-8)
  Duration mapping_idle = 300s;           // >= 120 s (RFC 4787 REQ-5)
  Duration mapping_inbound_only = 3600s;  // inbound alone keeps a mapping no longer than this
};

// Bounds of one mux connection, at either end.
struct MuxLimits {
  std::size_t streams = 1024;  // open at once (MUX-4)
  // Handed to the driver and not yet sent: what more urgent frames have to wait behind.
  std::size_t send_queue_bytes = 32 * kKiB;
  std::size_t datagram_queue_bytes = 64 * kKiB;   // waiting to be written, per UDP stream (MUX-3)
  std::size_t control_queue_bytes = 64 * kKiB;    // a peer that lets more answers wait is closed
  std::size_t window_most_bytes = 2048 * kKiB;    // a TCP stream's credit, from 256 KiB on
  std::size_t grown_windows_bytes = 4096 * kKiB;  // what all windows together have grown by
};

struct ServerLimits {
  Duration header_timeout = 10s;  // HDR-6
  Duration dial_timeout = 10s;    // one address of a TCP target, and one resolution
  std::size_t unauthenticated_connections = 4096;  // and as many visitors of the fallback
  std::size_t connections_per_user = 8192;
  std::size_t sessions_per_user = 256;
  SessionLimits session;
  MuxLimits mux;
  std::size_t resolving_bytes = 64 * kKiB;  // of datagrams that wait for names, per UDP stream
};

struct ClientLimits {
  Duration handshake_timeout = 10s;  // SOCKS5 or HTTP, from accept to a whole request
  Duration connect_timeout = 10s;    // TCP and TLS to the server; the answer to CRUMFURS
  std::size_t local_connections = 8192;
  std::size_t channels = 1024;             // per association; least recently used goes first
  std::size_t waiting_bytes = 256 * kKiB;  // datagrams of an association that wait for a channel
  std::size_t channel_queue_bytes = 256 * kKiB;  // waiting to be written, per isolated channel
  Duration channel_idle = 300s;                  // an isolated channel unused both ways is closed
  Duration refused_hold = 1s;  // a channel closed unanswered within this is not redialled sooner
  MuxLimits mux;
  std::size_t mux_after = 16;  // channels of an association, in auto, before it goes on by mux
  std::size_t heard = 4096;    // peers remembered, in auto, as heard by CRUMFURS; oldest go first
  Duration mux_idle = 60s;     // a mux connection without a stream is closed
  Duration reconnect_first = 100ms;  // CRUMFURS and mux redial: doubles, with jitter, up to
  Duration reconnect_most = 10s;
  std::size_t ready_connections = 2;  // kept ready by each shard that is in use; 0: none, ever
  std::size_t ready_most = 8;         // what they grow to, those of all shards together
  Duration ready_age = 6s;            // none is kept longer; well below the server's header timeout
  Duration ready_idle = 30s;          // none is kept once no connection has been wanted for so long
  Duration ready_retry = 2s;  // a request on one that ends unanswered within this is made again
};

// How both ends find a dead link and keep middleboxes awake (CRUM-11): TCP keepalive probes after
// `idle`, each `interval`, dead after `probes` unanswered; dead_after() also bounds unsent data.
struct KeepAlive {
  std::chrono::seconds idle = 30s;
  std::chrono::seconds interval = 15s;
  int probes = 3;
  constexpr std::chrono::seconds dead_after() const { return idle + interval * probes; }
};
static_assert(KeepAlive{}.dead_after() <= 90s);

}  // namespace fullcone
