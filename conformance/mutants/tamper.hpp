// One fault, played between the suite and an honest subject: what it may look at and change on the
// way. Up is from VLESS client to server, down the other way, whichever of them is the subject; so
// one fault can be given to a server and to a client. The default of every hook is honest.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "conformance/bed/crumfurs.hpp"
#include "conformance/bed/mux_frame.hpp"
#include "conformance/bed/network.hpp"
#include "wire/request_header.hpp"

namespace fullcone::conformance {

class Link;
class TamperedPort;
class TamperedNetwork;

// How the suite lets go of a connection.
enum class Ending { end, close, cut, nothing };

class Tamper {
 public:
  virtual ~Tamper() = default;

  // ----- a VLESS connection's request
  // The first octets, as they come, before there is a whole request.
  virtual void on_first_octets(Link&, Bytes&) {}
  // True: requests are held back until they are whole, and go through on_request().
  virtual bool reads_requests() const { return false; }
  // May change the request; false: it never arrives.
  virtual bool on_request(Link&, RequestHeader&) { return true; }

  // ----- behind the request
  virtual void on_octets_up(Link&, Bytes&) {}    // on TCP and CRUMFURS
  virtual void on_octets_down(Link&, Bytes&) {}  // on TCP
  using Datagrams = std::vector<std::string>;
  virtual Datagrams on_datagram_up(Link&, const std::string& payload) { return {payload}; }
  virtual Datagrams on_datagram_down(Link&, const std::string& payload) { return {payload}; }
  virtual void on_answer(Link&, Bytes&) {}  // CRUMFURS_ESTABLISHED
  // The octets of a message, its length not taken off.
  virtual void on_umfurs(Link&, const Umfurs&, Bytes&) {}
  virtual void on_malformed_umfurs(Link&, Bytes&) {}

  // A whole frame of a mux connection; what is returned goes on in its place.
  using Frames = std::vector<MuxFrame>;
  virtual Frames on_frame_up(Link&, const MuxFrame& frame) { return {frame}; }
  virtual Frames on_frame_down(Link&, const MuxFrame& frame) { return {frame}; }

  // ----- the ends of connections
  virtual Ending on_ending(Link&, Ending how) { return how; }
  virtual Stream::State seen_state(const Link&, Stream::State state) const { return state; }
  // Of an app's connection to the client's local port.
  virtual Ending on_app_ending(Ending how) { return how; }
  virtual bool app_hears() const { return true; }
  virtual bool falls_silent() const { return true; }

  // ----- datagrams of peers (the subject is a server) and apps (a client); false: it is lost
  virtual bool on_sent(TamperedPort&, Endpoint&, std::string&) { return true; }
  virtual bool on_received(TamperedPort&, Datagram&) { return true; }

  // ----- the whole
  // Each time that something may have happened.
  virtual void look() {}
  TamperedNetwork* network = nullptr;  // set before the first call
};

}  // namespace fullcone::conformance
