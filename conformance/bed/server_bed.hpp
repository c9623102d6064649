// The testbed of a case that judges a server: the suite is its client, and the peers and targets
// behind it.
#pragma once

#include <optional>
#include <string>

#include "conformance/bed/bed.hpp"
#include "conformance/bed/channel.hpp"
#include "conformance/bed/connection.hpp"
#include "conformance/bed/mux_stream.hpp"
#include "conformance/bed/peer.hpp"
#include "conformance/bed/request.hpp"
#include "conformance/bed/session.hpp"
#include "conformance/bed/target.hpp"
#include "wire/request_header.hpp"

namespace fullcone::conformance {

class ServerBed : public Bed {
 public:
  using Bed::Bed;

  // ----- sessions
  // A session with an id of its own, its CRUMFURS established.
  Session open_session();
  Session open_session(const SessionName& name);
  // The same, asking for endpoint-independent mapping (CONE-E).
  Session open_endpoint_independent_session();
  // A session with one peer, dialled through `port`.
  struct WithPeer {
    Session session;
    Peer peer;
    Channel channel;
    Endpoint port;
  };
  WithPeer session_with_peer(Family family = Family::ipv4);
  // A session as yet unknown to the server.
  Session new_session() { return {*this, {subject().user, random_id()}}; }
  // Skips the case where there is no second user.
  Uuid second_user();

  // ----- requests
  // A v1 request of the user, without addons and address.
  Request request(Command command) const;
  Request request_to(Command command, const Endpoint& destination) const;
  Connection connect(const std::string& name = "connection");
  Connection connect_with(const Bytes& octets, const std::string& name = "connection");
  Connection connect_with(const Request& request) { return connect_with(request.encode()); }
  // A v0 UDP request, and a first datagram.
  Channel open_v0_channel(const Peer& peer, std::string_view first);
  // A channel in the newest version that the subject speaks, and a first datagram.
  Channel open_channel(const Peer& peer, std::string_view first);
  // A mux connection whose first PING has been answered; unsupported where the server has none.
  Mux open_mux();
  TcpTarget target(Family family = Family::ipv4);
  // That the server holds that external port no longer; true where nobody can tell.
  Finding is_released(const Endpoint& external_port);

  void expect_service() override;
  void calibrate(bool path_may_lose) override;
  void tear_down() override;

 private:
  std::vector<Connection> connections_;
};

}  // namespace fullcone::conformance
