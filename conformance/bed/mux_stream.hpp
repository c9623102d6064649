// The streams of a mux connection, from the suite's end: a TCP stream, and an association. Handles:
// copies are the same stream.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/bed/mux.hpp"
#include "conformance/bed/peer.hpp"

namespace fullcone::conformance {

class MuxStream {
 public:
  // Opened by the suite just now, or by its client.
  MuxStream(Mux mux, std::uint32_t id) : mux_(std::move(mux)), id_(id) {}
  static MuxStream open(const Mux& mux, const Bytes& address);

  // As credit allows, in frames of 16 KiB; ends the case where credit does not come.
  void send(std::string_view octets) const;
  // As many octets, of no matter what, as credit allows until none comes for as long as an answer
  // takes, `most` at most; returns how many.
  std::size_t send_until_stalled(std::size_t most) const;
  // Exactly `count` octets; ends the case when fewer come.
  std::string receive(std::size_t count) const;
  // Everything up to FIN.
  std::string receive_all() const;
  void end() const { mux_.send(fin_frame(id_)); }
  void reset() const;
  // From now on what comes is not granted again.
  void hold_credit() const { state().renews = false; }
  void grant(std::uint32_t credit) const { mux_.grant(id_, credit); }

  // That it is reset, with `reason` or none.
  Finding is_reset(std::uint8_t reason) const;
  // All octets that came, taken or not.
  std::size_t arrived() const { return state().octets.size(); }
  Mux::StreamState& state() const { return mux_.stream(id_); }
  std::uint32_t id() const { return id_; }
  const Mux& mux() const { return mux_; }

 private:
  Mux mux_;
  std::uint32_t id_;
};

class MuxAssociation {
 public:
  MuxAssociation(Mux mux, std::uint32_t id) : mux_(std::move(mux)), id_(id) {}
  static MuxAssociation open(const Mux& mux);

  void send_to(const Destination& peer, std::string_view payload) const;
  // The next datagram; ends the case when none comes.
  MuxDatagram receive() const;
  // Sends a datagram to the peer, who must get it next; returns where it came from.
  Endpoint external_port(const Peer& peer) const;
  void end() const;
  Finding is_reset(std::uint8_t reason) const;

  std::uint32_t id() const { return id_; }
  const Mux& mux() const { return mux_; }

 private:
  Mux mux_;
  std::uint32_t id_;
};

// That stream `id` is reset, with `reason` or none.
Finding is_reset(const Mux& mux, std::uint32_t id, std::uint8_t reason);

}  // namespace fullcone::conformance
