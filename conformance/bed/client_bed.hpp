// The testbed of a case that judges a client: the suite is its VLESS server, and the apps behind
// its SOCKS5 port. Destinations need not exist, for nobody dials them.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "conformance/bed/app_bed.hpp"
#include "conformance/bed/mux_stream.hpp"
#include "conformance/bed/served_request.hpp"

namespace fullcone::conformance {

// One association that is served: its CRUMFURS channel and its first isolated channel.
struct ServedSession {
  ServedRequest crumfurs;
  ServedRequest channel;
};

// An app's TCP connection and the stream that carries it.
struct ServedTunnel {
  Connection app;
  MuxStream stream;
};

class ClientBed : public AppBed {
 public:
  using AppBed::AppBed;

  // ----- apps
  // SOCKS5 CONNECT: what is sent from now on goes to `destination`.
  Connection connect_through(const Destination& destination);
  // An endpoint that nobody else is told of.
  Endpoint destination(Family family = Family::ipv4);

  // ----- what the client asks of its server
  // The next request; ends the case when none comes.
  ServedRequest next_request();
  // What the client has asked for so far is left unanswered.
  void disregard_requests();
  // The next one, which must be of this kind.
  ServedRequest next_request(Command command);
  // The app's first datagram, to `destination`, and all that has to happen before it arrives.
  ServedSession serve(const App& app, const Destination& destination);
  // The client's mux connection: the one that stands, or the next that it asks for.
  Mux mux();
  // The app's first datagram by mux, to `destination`.
  MuxAssociation serve_by_mux(const App& app, const Destination& destination);
  ServedTunnel tunnel_by_mux(const Destination& destination);
  // That it asks for nothing: for stays_silent().
  Party requests();

  void expect_service() override;
  void calibrate(bool path_may_lose) override;
  void tear_down() override;

 private:
  bool is_mux(const Connection& connection) const;
  void look();
  std::optional<ServedRequest> take_request();

  std::vector<Connection> served_;     // all there were
  std::deque<Connection> unanswered_;  // whose header was not taken yet, oldest first
  std::optional<Mux> mux_;             // the last one
};

}  // namespace fullcone::conformance
