// CONE-11, CONE-12 and CONE-E: how long a mapping lives, how many peers it remembers, and the other
// mapping behaviour.
#include <vector>

#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

// That a stranger's datagram to `port` still arrives.
void expect_alive(ServerBed& bed, const Session& session, const Endpoint& port) {
  const Peer stranger = bed.peer();
  const std::string hello = bed.unique("hello");
  stranger.send_to(port, hello);
  EXPECT(session.next_umfurs() == (Umfurs{stranger.endpoint(), hello}));
}

CASE("CONE-11.two-minutes", "A port survives a pause in the game (RFC 4787, REQ-5).") {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  bed.pass(119s, "two minutes idle");
  expect_alive(bed, session, port);
  EXPECT(channel.external_port() == port);
}

CASE("CONE-11.expires", "A mapping that nobody uses is released, with its channels.") {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  bed.pass(bed.subject().mapping_idle + 1s, "mapping idle timeout");
  EXPECT(channel.closes_silently());
  EXPECT(bed.is_released(port));
  peer.send_to(port, bed.unique("late"));
  bed.peer().send_to(port, bed.unique("late"));
  EXPECT(bed.stays_silent({session.crumfurs()}));
  const Channel anew = session.open_channel(peer);
  const std::string back = bed.unique("back");
  peer.send_to(anew.external_port(), back);
  EXPECT(anew.receive() == back);
}

CASE("CONE-11.forgets", "With its mapping go the peers it heard: they are strangers again.") {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  const Peer stranger = bed.peer(), other = bed.peer();
  const std::string hello = bed.unique("hello");
  stranger.send_to(port, hello);
  EXPECT(session.next_umfurs() == (Umfurs{stranger.endpoint(), hello}));
  bed.pass(bed.subject().mapping_idle + 1s, "mapping idle timeout");
  const Endpoint new_port = session.open_channel(peer).external_port();
  EXPECT(session.open_channel(stranger).external_port() != new_port);
}

CASE("CONE-11.outbound-refreshes", "A game that sends now and then keeps its port.") {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  for (int i = 0; i < 3; ++i) {
    bed.pass(bed.subject().mapping_idle * 4 / 5, "mapping idle timeout");
    EXPECT(channel.external_port() == port);
  }
}

CASE("CONE-11.inbound-refreshes", "A call that only listens for a while keeps its port.") {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  for (int i = 0; i < 3; ++i) {
    bed.pass(bed.subject().mapping_idle * 4 / 5, "mapping idle timeout");
    expect_alive(bed, session, port);
  }
  EXPECT(channel.external_port() == port);
}

CASE("CONE-11.inbound-alone", "No stranger can keep a port open for ever.") {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  const Peer stranger = bed.peer();
  const Duration step = bed.subject().mapping_idle / 2;
  for (Duration since{}; since <= bed.subject().mapping_inbound_only; since += step) {
    stranger.send_to(port, bed.unique("still here"));
    bed.pass(step, "inbound-only limit");
  }
  EXPECT(channel.closes_silently());
  EXPECT(bed.is_released(port));
}

CASE("CONE-11.v0", "A v0 mapping idles out like any other, with its connection.", .profile = "v0") {
  const Peer peer = bed.peer();
  const std::string hello = bed.unique("hello");
  const Channel channel = bed.open_v0_channel(peer, hello);
  const Endpoint port = peer.receive_from(hello);
  bed.pass(bed.subject().mapping_idle * 4 / 5, "mapping idle timeout");
  EXPECT(channel.connection().is_open());
  bed.pass(bed.subject().mapping_idle * 2 / 5, "mapping idle timeout");
  EXPECT(channel.connection().closes());
  EXPECT(bed.is_released(port));
}

CASE("CONE-11.v0-inbound-alone", "Nor can the destination of a v0 channel, all by itself.",
     .profile = "v0") {
  const Peer peer = bed.peer();
  const std::string hello = bed.unique("hello");
  const Channel channel = bed.open_v0_channel(peer, hello);
  const Endpoint port = peer.receive_from(hello);
  const Duration step = bed.subject().mapping_idle / 2;
  for (Duration since{}; since <= bed.subject().mapping_inbound_only; since += step) {
    peer.send_to(port, bed.unique("still here"));
    bed.pass(step, "inbound-only limit");
  }
  EXPECT(channel.connection().closes());
  EXPECT(bed.is_released(port));
}

std::size_t heard_bound(ServerBed& bed) {
  if (!bed.subject().heard_peers) bed.skip("the bound of heard peers is not known");
  return *bed.subject().heard_peers;
}

CASE("CONE-12.least-recent-first",
     "A scan from outside pushes out the stranger heard longest ago.") {
  const std::size_t bound = heard_bound(bed);
  const auto [session, peer, channel, port] = bed.session_with_peer();
  std::vector<Peer> strangers;
  for (std::size_t i = 0; i <= bound; ++i) {
    strangers.push_back(bed.peer());
    const std::string hello = bed.unique("hello");
    strangers.back().send_to(port, hello);
    EXPECT(session.next_umfurs() == (Umfurs{strangers.back().endpoint(), hello}));
  }
  EXPECT(session.open_channel(strangers.back()).external_port() == port);
  EXPECT(session.open_channel(strangers[1]).external_port() == port);
  EXPECT(session.open_channel(strangers[0]).external_port() != port);
}

CASE("CONE-12.heard-again", "A stranger that writes again is recent again.") {
  const std::size_t bound = heard_bound(bed);
  const auto [session, peer, channel, port] = bed.session_with_peer();
  const Peer faithful = bed.peer();
  for (std::size_t i = 0; i < 2 * bound; ++i) {
    const Peer stranger = i % (bound / 2) == 0 ? faithful : bed.peer();
    const std::string hello = bed.unique("hello");
    stranger.send_to(port, hello);
    EXPECT(session.next_umfurs() == (Umfurs{stranger.endpoint(), hello}));
  }
  EXPECT(session.open_channel(faithful).external_port() == port);
}

CASE("CONE-12.dialled-stay", "A port scan cannot move the user's own destinations.") {
  const std::size_t bound = heard_bound(bed);
  const auto [session, peer, channel, port] = bed.session_with_peer();
  const std::string back = bed.unique("back");
  peer.send_to(port, back);
  EXPECT(channel.receive() == back);
  channel.close();
  for (std::size_t i = 0; i < 2 * bound; ++i) bed.peer().send_to(port, bed.unique("scan"));
  bed.wait_a_round_trip();
  EXPECT(session.open_channel(peer).external_port() == port);
}

// The port of an endpoint-independent session, or the end of the case where there is no such thing.
Endpoint shared_port(ServerBed& bed, const Session& session, Family family = Family::ipv4) {
  const Endpoint port = session.open_channel(bed.peer(family)).external_port();
  if (session.open_channel(bed.peer(family)).external_port() != port) {
    bed.unsupported("MAPPING = 1 is skipped as unknown");
  }
  return port;
}

CASE("CONE-E.one-port", "Consoles and STUN then find the NAT type that they call full cone.",
     .profile = "cone-e") {
  const Session session = bed.open_endpoint_independent_session();
  const Endpoint port = shared_port(bed, session);
  const Peer stranger = bed.peer();
  const std::string hello = bed.unique("hello");
  stranger.send_to(port, hello);
  EXPECT(session.next_umfurs() == (Umfurs{stranger.endpoint(), hello}));
  EXPECT(session.open_channel(stranger).external_port() == port);
  EXPECT(session.open_channel(bed.peer_beside(stranger)).external_port() == port);
}

CASE("CONE-E.per-family", "One port for IPv4 and one for IPv6.", .profile = "cone-e") {
  const Session session = bed.open_endpoint_independent_session();
  const Endpoint port = shared_port(bed, session);
  const Endpoint port_v6 = shared_port(bed, session, Family::ipv6);
  EXPECT(session.open_channel(bed.peer()).external_port() == port);
  EXPECT(session.open_channel(bed.peer(Family::ipv6)).external_port() == port_v6);
}

CASE("CONE-E.own-channels", "One port, but still one channel for each known source.",
     .profile = "cone-e") {
  const Session session = bed.open_endpoint_independent_session();
  const Endpoint port = shared_port(bed, session);
  const Peer one = bed.peer(), other = bed.peer();
  const Channel to_one = session.open_channel(one), to_other = session.open_channel(other);
  to_one.external_port();
  to_other.external_port();
  const std::string back = bed.unique("back");
  other.send_to(port, back);
  EXPECT(to_other.receive() == back);
  EXPECT(bed.stays_silent({to_one, to_other, session.crumfurs()}));
}

CASE("CONE-E.own-session",
     "A shared port is shared by one session's destinations, not by sessions.",
     .profile = "cone-e") {
  const Session one = bed.open_endpoint_independent_session();
  const Endpoint port = shared_port(bed, one);
  const Session other = bed.open_endpoint_independent_session();
  EXPECT(shared_port(bed, other) != port);
}

}  // namespace
}  // namespace fullcone::conformance
