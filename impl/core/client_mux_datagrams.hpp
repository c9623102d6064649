// Which of an association's destinations go by mux, and the UDP stream that carries them: opened by
// the first datagram, and again when its connection is lost. In auto a session begins with isolated
// channels; from the moment it has ClientLimits::mux_after of them, new destinations go by mux, but
// for peers that CRUMFURS has told of: they are answered from the port that they wrote to.
// Rules: MUX-1, CONE-7.
#pragma once

#include <optional>

#include "base/endpoint.hpp"
#include "base/time.hpp"
#include "core/client_actions.hpp"
#include "core/client_mux.hpp"
#include "core/client_settings.hpp"
#include "core/recent_endpoints.hpp"
#include "wire/address.hpp"

namespace fullcone {

class ClientMuxDatagrams {
 public:
  ClientMuxDatagrams(LocalId local, const ClientSettings& settings, ClientMux& mux,
                     std::uint64_t hash_seed)
      : local_(local), settings_(settings), mux_(mux), heard_(settings.limits.heard, hash_seed) {}

  // Whether a destination without a channel is reached by mux, as `channels` are open already.
  bool takes(const Destination& destination, std::size_t channels) {
    if (settings_.udp != UdpMode::automatic) return settings_.udp == UdpMode::mux;
    if (channels >= settings_.limits.mux_after) going_by_mux_ = true;
    const auto* const endpoint = std::get_if<Endpoint>(&destination);
    return going_by_mux_ && (endpoint == nullptr || !heard_.contains(*endpoint));
  }

  void send(const Destination& destination, ByteView payload, TimePoint now, ClientActions& out) {
    if (!stream_) stream_ = mux_.open(std::nullopt, local_, now, out);
    mux_.send_datagram(*stream_, destination, payload, now, out);
  }

  // A peer was heard by CRUMFURS, or by mux.
  void on_umfurs(const Endpoint& peer) {
    if (settings_.udp == UdpMode::automatic) heard_.note(peer);
  }
  void on_datagram(const Endpoint& peer) { heard_.forget(peer); }

  // The server reset the stream: the next datagram opens another.
  void on_reset() { stream_.reset(); }
  // Its connection is lost, or failed to come up: the association goes on with the next one.
  void on_lost(TimePoint now, ClientActions& out) {
    stream_ = mux_.open(std::nullopt, local_, now, out);
  }
  void end(TimePoint now, ClientActions& out) {
    if (stream_) mux_.end(*stream_, now, out);
    stream_.reset();
  }

 private:
  LocalId local_;
  const ClientSettings& settings_;
  ClientMux& mux_;
  bool going_by_mux_ = false;
  std::optional<ClientMux::Stream> stream_;
  RecentEndpoints heard_;
};

}  // namespace fullcone
