// The testbed of a case that judges what stands between an inside and an outside: a NAT, or a proxy
// seen only through SOCKS5. The suite is on both sides of it.
//
// Each probe is several datagrams with payloads of their own, so that one that is lost decides
// nothing; and where none arrives, an exchange on endpoints of its own shows that the way is open.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "conformance/bed/app_bed.hpp"
#include "conformance/bed/peer.hpp"

namespace fullcone::conformance {

// The same handle, behind the subject: a UDP socket there, or an app's association.
using InternalEndpoint = Peer;

// What an internal endpoint has sent to a peer, and where the peer saw it come from.
struct Mapping {
  InternalEndpoint internal;
  Peer remote;
  Endpoint external;
};

class NatBed : public AppBed {
 public:
  using AppBed::AppBed;

  // ----- endpoints, fresh each time
  InternalEndpoint internal();
  // On the second internal host, or the only one.
  InternalEndpoint internal_elsewhere();
  // The same port on another host; skips the case where there is none.
  InternalEndpoint internal_twin(const InternalEndpoint& other);
  // A peer at another address; skips the case where there is only one.
  Peer peer_elsewhere(const Peer& peer);
  // Skips the case where the subject is no proxy.
  void needs_proxy();

  // ----- probes
  // Sends from inside to outside; ends the case when none of several arrives.
  Mapping map(const InternalEndpoint& internal, const Peer& remote);
  Mapping open_mapping() { return map(internal(), peer()); }
  // What `at` gets of several that `from` sends; nullopt: nothing, while the way was open.
  std::optional<Datagram> arrival(const Peer& from, const Endpoint& to, const Peer& at);
  // Whether `source` gets in to the mapping's internal endpoint.
  Finding admits(const Mapping& mapping, const Peer& source);
  // That this payload passes as it is, from inside to outside and back; ends the case when nothing
  // arrives at all.
  Finding carries(const Mapping& mapping, std::string_view payload);
  Finding carries_back(const Mapping& mapping, std::string_view payload);
  // Sends to a port of the mapping's peer that answered before and is closed now.
  void send_to_closed_port(const Mapping& mapping);
  // Whether a fresh mapping, used in both directions, is still there after `idle`. Skips the case
  // where that takes longer than one is ready to wait.
  Finding outlives(Duration idle);

  void expect_service() override { exchange(); }
  // Its probes are k of n already, whatever the path loses.
  void calibrate(bool) override;
  void tear_down() override { close_apps(); }

 private:
  InternalEndpoint open_internal(std::size_t host);
  Datagram sure_arrival(const Peer& from, const Endpoint& to, const Peer& at);
  Finding passes(const Peer& from, const Endpoint& to, const Peer& at, std::string_view payload);
  // There and back again, on fresh endpoints.
  void exchange();
};

}  // namespace fullcone::conformance
