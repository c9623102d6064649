// CONE-5 to CONE-9: where a datagram from outside arrives, and with whom it does not.
#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

CASE("CONE-5.stranger",
     "An unknown source reaches the client by CRUMFURS, once, with its address.") {
  const Session session = bed.open_session();
  const Peer first = bed.peer(), stranger = bed.peer();
  const std::string hi = bed.unique("hi"), hello = bed.unique("hello");
  const Channel channel = session.open_channel(first, hi);
  stranger.send_to(first.receive().source, hello);
  EXPECT(session.next_umfurs() == (Umfurs{stranger.endpoint(), hello}));
  EXPECT(bed.stays_silent({channel, session.crumfurs()}));
}

CASE("CONE-5.stranger-ipv6", "The same by IPv6.") {
  const Session session = bed.open_session();
  const Peer first = bed.peer(Family::ipv6), stranger = bed.peer(Family::ipv6);
  const std::string hello = bed.unique("hello");
  const Channel channel = session.open_channel(first);
  stranger.send_to(channel.external_port(), hello);
  EXPECT(session.next_umfurs() == (Umfurs{stranger.endpoint(), hello}));
  EXPECT(bed.stays_silent({channel, session.crumfurs()}));
}

CASE("CONE-5.every-port", "Anyone may write to any of the session's ports, as to a full cone.") {
  const Session session = bed.open_session();
  for (int i = 0; i < 3; ++i) {
    const Endpoint port = session.open_channel(bed.peer()).external_port();
    for (int j = 0; j < 3; ++j) {
      const Peer stranger = bed.peer();
      const std::string hello = bed.unique("hello");
      stranger.send_to(port, hello);
      EXPECT(session.next_umfurs() == (Umfurs{stranger.endpoint(), hello}));
    }
  }
}

CASE("CONE-5.again", "A stranger that is not answered is heard each time it writes.") {
  const Session session = bed.open_session();
  const Peer stranger = bed.peer();
  const Channel channel = session.open_channel(bed.peer());
  const Endpoint port = channel.external_port();
  for (int i = 0; i < 4; ++i) {
    const std::string hello = bed.unique("hello");
    stranger.send_to(port, hello);
    EXPECT(session.next_umfurs() == (Umfurs{stranger.endpoint(), hello}));
  }
  EXPECT(bed.stays_silent({channel, session.crumfurs()}));
}

CASE("CONE-6.own-channel", "No duplicate, and no answer in an unexpected place.") {
  const Session session = bed.open_session();
  const Peer peer = bed.peer();
  const Channel channel = session.open_channel(peer);
  const Endpoint port = channel.external_port();
  const std::string back = bed.unique("back");
  peer.send_to(port, back);
  EXPECT(channel.receive() == back);
  EXPECT(bed.stays_silent({channel, session.crumfurs()}));
}

CASE("CONE-6.other-port",
     "A known source is known at whichever of the session's ports it knocks.") {
  const Session session = bed.open_session();
  const Peer first = bed.peer(), second = bed.peer();
  const Channel to_first = session.open_channel(first), to_second = session.open_channel(second);
  to_first.external_port();
  const Endpoint second_port = to_second.external_port();
  const std::string astray = bed.unique("astray");
  first.send_to(second_port, astray);
  EXPECT(to_first.receive() == astray);
  EXPECT(bed.stays_silent({to_first, to_second, session.crumfurs()}));
}

CASE("CONE-7.hole-punched", "This is the moment in which a punched hole becomes a conversation.") {
  const Session session = bed.open_session();
  const Peer first = bed.peer(), stranger = bed.peer();
  const Channel to_first = session.open_channel(first);
  const Endpoint port = to_first.external_port();
  const std::string ahoy = bed.unique("ahoy"), go = bed.unique("go");
  stranger.send_to(port, ahoy);
  EXPECT(session.next_umfurs() == (Umfurs{stranger.endpoint(), ahoy}));
  const Channel to_stranger = session.open_channel(stranger);
  EXPECT(to_stranger.external_port() == port);
  stranger.send_to(port, go);
  EXPECT(to_stranger.receive() == go);
  EXPECT(bed.stays_silent({to_first, to_stranger, session.crumfurs()}));
}

CASE("CONE-7.several", "Each of several strangers at one port gets a channel of its own.") {
  const Session session = bed.open_session();
  const Endpoint port = session.open_channel(bed.peer()).external_port();
  const Peer one = bed.peer(), other = bed.peer();
  for (const Peer& stranger : {one, other}) {
    const std::string ahoy = bed.unique("ahoy");
    stranger.send_to(port, ahoy);
    EXPECT(session.next_umfurs() == (Umfurs{stranger.endpoint(), ahoy}));
  }
  const Channel to_one = session.open_channel(one), to_other = session.open_channel(other);
  EXPECT(to_one.external_port() == port);
  EXPECT(to_other.external_port() == port);
  const std::string back = bed.unique("back");
  other.send_to(port, back);
  EXPECT(to_other.receive() == back);
  EXPECT(bed.stays_silent({to_one, to_other, session.crumfurs()}));
}

CASE("CONE-8.same-ip-other-port", "Two players behind one NAT are two players.") {
  const Session session = bed.open_session();
  const Peer first = bed.peer();
  const Peer neighbour = bed.peer_beside(first);
  const Channel channel = session.open_channel(first);
  const Endpoint port = channel.external_port();
  const std::string hello = bed.unique("hello"), back = bed.unique("back");
  neighbour.send_to(port, hello);
  EXPECT(session.next_umfurs() == (Umfurs{neighbour.endpoint(), hello}));
  const Channel to_neighbour = session.open_channel(neighbour);
  EXPECT(to_neighbour.external_port() == port);
  first.send_to(port, back);
  EXPECT(channel.receive() == back);
  EXPECT(bed.stays_silent({channel, to_neighbour, session.crumfurs()}));
}

CASE("CONE-8.mapped", "One destination written in two ways is one destination, with one port.") {
  const Session session = bed.open_session();
  const Peer peer = bed.peer();
  const Endpoint port = session.open_channel(peer).external_port();
  const std::string hello = bed.unique("hello"), back = bed.unique("back");
  const Connection mapped =
      session.request_channel(request_address_mapped(peer.endpoint()), as_text(frame(hello)));
  EXPECT(peer.receive_from(hello) == port);
  peer.send_to(port, back);  // to the channel opened last
  const Bytes expected = frame(back);
  EXPECT(mapped.receive(expected.size()) == as_text(expected));
}

// Two sessions with one peer, dialled in both.
struct TwoSessions {
  Session one, other;
  Peer peer;
  Channel of_one, of_other;
  Endpoint port_of_one, port_of_other;
};

TwoSessions dial_from(ServerBed& bed, const Session& one, const Session& other) {
  const Peer peer = bed.peer();
  const Channel of_one = one.open_channel(peer), of_other = other.open_channel(peer);
  return {one, other, peer, of_one, of_other, of_one.external_port(), of_other.external_port()};
}

// That a peer and a stranger of one session are nothing to the other.
void expect_apart(ServerBed& bed, const TwoSessions& two) {
  EXPECT(two.port_of_one != two.port_of_other);
  const std::string to_one = bed.unique("one"), to_other = bed.unique("other");
  two.peer.send_to(two.port_of_one, to_one);
  EXPECT(two.of_one.receive() == to_one);
  two.peer.send_to(two.port_of_other, to_other);
  EXPECT(two.of_other.receive() == to_other);

  const Peer stranger = bed.peer();
  const std::string hello = bed.unique("hello");
  stranger.send_to(two.port_of_one, hello);
  EXPECT(two.one.next_umfurs() == (Umfurs{stranger.endpoint(), hello}));
  const Channel to_stranger = two.other.open_channel(stranger);
  EXPECT(to_stranger.external_port() != two.port_of_one);  // it was not heard here
  const std::string again = bed.unique("again");
  stranger.send_to(two.port_of_one, again);
  EXPECT(two.one.next_umfurs() == (Umfurs{stranger.endpoint(), again}));  // and not known there
  EXPECT(bed.stays_silent(
      {two.of_one, two.of_other, to_stranger, two.one.crumfurs(), two.other.crumfurs()}));
}

CASE("CONE-9.two-sessions", "Two apps of one user never read each other's datagrams.") {
  const Session one = bed.open_session(), other = bed.open_session();
  expect_apart(bed, dial_from(bed, one, other));
}

CASE("CONE-9.two-users", "Nobody reads, or sends in the name of, another user.") {
  const Uuid id = bed.random_id();
  const Session one = bed.open_session({bed.subject().user, id});
  const Session other = bed.open_session({bed.second_user(), id});
  expect_apart(bed, dial_from(bed, one, other));
}

CASE("CONE-9.end-of-one", "The end of one app's session is not the end of another's.") {
  const Session one = bed.open_session(), other = bed.open_session();
  const auto two = dial_from(bed, one, other);
  one.crumfurs().close();
  EXPECT(two.of_one.closes_silently());
  EXPECT(two.of_other.external_port() == two.port_of_other);
  const Peer stranger = bed.peer();
  const std::string hello = bed.unique("hello");
  stranger.send_to(two.port_of_other, hello);
  EXPECT(other.next_umfurs() == (Umfurs{stranger.endpoint(), hello}));
}

}  // namespace
}  // namespace fullcone::conformance
