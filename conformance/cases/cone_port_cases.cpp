// CONE-1 to CONE-4 and CONE-10: which external port a datagram leaves from.
#include <algorithm>
#include <set>

#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

// Has `from` send to `port`, and waits until the server has heard it.
void be_heard(ServerBed& bed, const Session& session, const Peer& from, const Endpoint& port) {
  const std::string payload = bed.unique("heard");
  from.send_to(port, payload);
  EXPECT(session.next_umfurs() == (Umfurs{from.endpoint(), payload}));
}

CASE("CONE-1.same-port", "A destination goes on seeing one and the same port.") {
  const Session session = bed.open_session();
  const Peer peer = bed.peer();
  const Channel first = session.open_channel(peer);
  const Endpoint port = first.external_port();
  EXPECT(session.open_channel(peer).external_port() == port);
  EXPECT(first.external_port() == port);
}

CASE("CONE-1.before-heard",
     "A port dialled through before counts more than one written to since.") {
  const Session session = bed.open_session();
  const Peer peer = bed.peer(), other = bed.peer();
  const Channel channel = session.open_channel(peer);
  const Endpoint port = channel.external_port();
  const Endpoint other_port = session.open_channel(other).external_port();
  const std::string astray = bed.unique("astray");
  peer.send_to(other_port, astray);
  EXPECT(channel.receive() == astray);
  channel.close();
  EXPECT(session.open_channel(peer).external_port() == port);
}

CASE("CONE-1.ipv6", "The same holds for a destination with an IPv6 address.") {
  const Session session = bed.open_session();
  const Peer peer = bed.peer(Family::ipv6);
  const Channel first = session.open_channel(peer);
  const Endpoint port = first.external_port();
  first.close();
  EXPECT(session.open_channel(peer).external_port() == port);
}

CASE("CONE-2.heard",
     "A stranger is answered from the port it wrote to, or its NAT drops the answer.") {
  const Session session = bed.open_session();
  const Peer first = bed.peer(), second = bed.peer(), stranger = bed.peer();
  session.open_channel(first).external_port();
  const Endpoint port = session.open_channel(second).external_port();
  be_heard(bed, session, stranger, port);
  EXPECT(session.open_channel(stranger).external_port() == port);
}

CASE("CONE-2.last-sent-to",
     "Of several ports a stranger wrote to, the last is the one it expects.") {
  const Session session = bed.open_session();
  const Peer first = bed.peer(), second = bed.peer(), up = bed.peer(), down = bed.peer();
  const Endpoint first_port = session.open_channel(first).external_port();
  const Endpoint second_port = session.open_channel(second).external_port();
  be_heard(bed, session, up, first_port);
  be_heard(bed, session, up, second_port);
  be_heard(bed, session, down, second_port);
  be_heard(bed, session, down, first_port);
  EXPECT(session.open_channel(up).external_port() == second_port);
  EXPECT(session.open_channel(down).external_port() == first_port);
}

CASE("CONE-2.stays", "A stranger once answered keeps its port, wherever it sends later.") {
  const Session session = bed.open_session();
  const Peer first = bed.peer(), second = bed.peer(), stranger = bed.peer();
  const Endpoint first_port = session.open_channel(first).external_port();
  const Endpoint second_port = session.open_channel(second).external_port();
  be_heard(bed, session, stranger, first_port);
  const Channel channel = session.open_channel(stranger);
  EXPECT(channel.external_port() == first_port);
  const std::string later = bed.unique("later");
  stranger.send_to(second_port, later);
  EXPECT(channel.receive() == later);
  EXPECT(session.open_channel(stranger).external_port() == first_port);
}

CASE("CONE-3.new-port", "Destinations that have nothing in common cannot link the user by port.") {
  const Session session = bed.open_session();
  std::set<Endpoint> ports;
  constexpr std::size_t kPeers = 6;
  for (std::size_t i = 0; i < kPeers; ++i) {
    ports.insert(session.open_channel(bed.peer()).external_port());
  }
  EXPECT(ports.size() == kPeers);
}

CASE("CONE-3.same-ip", "Two services of one host are two destinations.") {
  const Session session = bed.open_session();
  const Peer peer = bed.peer();
  const Peer beside = bed.peer_beside(peer);
  const Endpoint port = session.open_channel(peer).external_port();
  EXPECT(session.open_channel(beside).external_port() != port);
}

CASE("CONE-4.nobody-else", "Nobody receives datagrams from a port it has no business with.") {
  const Session session = bed.open_session();
  const Peer first = bed.peer(), second = bed.peer(), stranger = bed.peer(), nobody = bed.peer();
  const Channel to_first = session.open_channel(first), to_second = session.open_channel(second);
  const Endpoint first_port = to_first.external_port(), second_port = to_second.external_port();
  be_heard(bed, session, stranger, first_port);
  const Channel to_stranger = session.open_channel(stranger);
  for (int i = 0; i < 3; ++i) {
    EXPECT(to_first.external_port() == first_port);
    EXPECT(to_second.external_port() == second_port);
    EXPECT(to_stranger.external_port() == first_port);
  }
  EXPECT(bed.stays_silent({first, second, stranger, nobody}));
}

CASE("CONE-4.heard-by-another", "A peer with a port of its own is not moved to one it strays to.") {
  const Session session = bed.open_session();
  const Peer first = bed.peer(), second = bed.peer();
  const Channel to_first = session.open_channel(first), to_second = session.open_channel(second);
  const Endpoint first_port = to_first.external_port(), second_port = to_second.external_port();
  const std::string astray = bed.unique("astray");
  second.send_to(first_port, astray);
  EXPECT(to_second.receive() == astray);
  EXPECT(to_second.external_port() == second_port);
  EXPECT(to_first.external_port() == first_port);
}

CASE("CONE-10.reopened", "A client that saves connections does not lose its place.") {
  const Session session = bed.open_session();
  const Peer peer = bed.peer(), other = bed.peer();
  const Channel channel = session.open_channel(peer);
  const Endpoint port = channel.external_port();
  channel.close();
  bed.wait_a_round_trip();
  EXPECT(session.open_channel(other).external_port() != port);
  EXPECT(session.open_channel(peer).external_port() == port);
}

CASE("CONE-10.cut", "A channel that is cut costs no more than one that is closed.") {
  const Session session = bed.open_session();
  const Peer peer = bed.peer();
  const Channel channel = session.open_channel(peer);
  const Endpoint port = channel.external_port();
  channel.cut();
  bed.wait_a_round_trip();
  EXPECT(session.open_channel(peer).external_port() == port);
}

CASE("CONE-10.closed-is-unknown",
     "What a peer without a channel sends still arrives, by CRUMFURS.") {
  const Session session = bed.open_session();
  const Peer peer = bed.peer();
  const Channel channel = session.open_channel(peer);
  const Endpoint port = channel.external_port();
  channel.close();
  bed.wait_a_round_trip();
  const std::string hello = bed.unique("hello"), back = bed.unique("back");
  peer.send_to(port, hello);
  EXPECT(session.next_umfurs() == (Umfurs{peer.endpoint(), hello}));
  const Channel again = session.open_channel(peer);
  EXPECT(again.external_port() == port);
  peer.send_to(port, back);
  EXPECT(again.receive() == back);
}

}  // namespace
}  // namespace fullcone::conformance
