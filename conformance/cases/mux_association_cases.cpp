// MUX-1: a UDP stream as a full-cone association.
#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

CASE("MUX-1.there-and-back", "A datagram reaches its peer, and the answer names it.",
     .profile = "mux") {
  const MuxAssociation association = MuxAssociation::open(bed.open_mux());
  const Peer peer = bed.peer();
  const std::string back = bed.unique("back");
  peer.send_to(association.external_port(peer), back);
  EXPECT(association.receive() == (MuxDatagram{peer.endpoint(), back}));
  EXPECT(bed.stays_silent({association.mux(), peer}));
}

CASE("MUX-1.one-port", "Mapping is endpoint-independent: consoles and STUN see one port.",
     .profile = "mux") {
  const MuxAssociation association = MuxAssociation::open(bed.open_mux());
  const Peer first = bed.peer(), second = bed.peer();
  const Endpoint port = association.external_port(first);
  EXPECT(association.external_port(second) == port);
  EXPECT(association.external_port(bed.peer_beside(first)) == port);
  EXPECT(association.external_port(first) == port);
  EXPECT(bed.stays_silent({association.mux(), first, second}));
}

CASE("MUX-1.stranger", "Filtering is endpoint-independent: whoever knows the port gets in, named.",
     .profile = "mux") {
  const MuxAssociation association = MuxAssociation::open(bed.open_mux());
  const Peer peer = bed.peer();
  const Endpoint port = association.external_port(peer);
  for (const Peer& stranger : {bed.peer(), bed.peer_beside(peer)}) {
    const std::string hello = bed.unique("hello");
    stranger.send_to(port, hello);
    EXPECT(association.receive() == (MuxDatagram{stranger.endpoint(), hello}));
    EXPECT(association.external_port(stranger) == port);
  }
  EXPECT(bed.stays_silent({association.mux(), peer}));
}

CASE("MUX-1.ipv6", "Each address family has a port of its own, and strangers of either get in.",
     .profile = "mux") {
  const MuxAssociation association = MuxAssociation::open(bed.open_mux());
  const Peer v4 = bed.peer(), v6 = bed.peer(Family::ipv6), stranger = bed.peer(Family::ipv6);
  association.external_port(v4);
  const Endpoint port = association.external_port(v6);
  EXPECT(association.external_port(bed.peer(Family::ipv6)).port == port.port);
  const std::string hello = bed.unique("hello");
  stranger.send_to(port, hello);
  EXPECT(association.receive() == (MuxDatagram{stranger.endpoint(), hello}));
}

CASE("MUX-1.two-associations", "Two apps on one connection never read each other's datagrams.",
     .profile = "mux") {
  const Mux mux = bed.open_mux();
  const MuxAssociation one = MuxAssociation::open(mux), other = MuxAssociation::open(mux);
  const Peer peer = bed.peer();
  const Endpoint port_of_one = one.external_port(peer), port_of_other = other.external_port(peer);
  EXPECT(port_of_one != port_of_other);
  const std::string to_one = bed.unique("one"), to_other = bed.unique("other");
  peer.send_to(port_of_one, to_one);
  EXPECT(one.receive() == (MuxDatagram{peer.endpoint(), to_one}));
  peer.send_to(port_of_other, to_other);
  EXPECT(other.receive() == (MuxDatagram{peer.endpoint(), to_other}));
  EXPECT(bed.stays_silent({mux}));
}

CASE("MUX-1.apart-from-sessions", "A mux association is nothing to the user's sessions.",
     .profile = "mux") {
  const MuxAssociation association = MuxAssociation::open(bed.open_mux());
  const auto [session, peer, channel, port] = bed.session_with_peer();
  const Endpoint port_of_mux = association.external_port(peer);
  EXPECT(port_of_mux != port);
  const std::string to_mux = bed.unique("mux"), to_channel = bed.unique("channel");
  peer.send_to(port_of_mux, to_mux);
  EXPECT(association.receive() == (MuxDatagram{peer.endpoint(), to_mux}));
  peer.send_to(port, to_channel);
  EXPECT(channel.receive() == to_channel);
  EXPECT(bed.stays_silent({association.mux(), channel, session.crumfurs()}));
}

CASE("MUX-1.by-name", "A name is resolved at the server; the answer names the address.",
     .profile = "mux") {
  const MuxAssociation association = MuxAssociation::open(bed.open_mux());
  const auto [peer, name] = bed.named_peer();
  const NamedEndpoint destination{name, peer.endpoint().port};
  const std::string hello = bed.unique("hello"), again = bed.unique("again"),
                    back = bed.unique("back");
  association.send_to(destination, hello);
  const Endpoint port = peer.receive_from(hello);
  association.send_to(destination, again);
  EXPECT(peer.receive_from(again) == port);
  peer.send_to(port, back);
  const MuxDatagram answer = association.receive();
  EXPECT(answer.payload == back);
  EXPECT(std::holds_alternative<Endpoint>(answer.peer));
}

CASE("MUX-1.mapped", "An IPv4 address in IPv6 clothes is that IPv4 address, and has its port.",
     .profile = "mux") {
  const MuxAssociation association = MuxAssociation::open(bed.open_mux());
  const Peer peer = bed.peer();
  const Endpoint port = association.external_port(peer);
  const std::string hello = bed.unique("hello"), back = bed.unique("back");
  Bytes body{3};
  append(body, peer.endpoint().ip.mapped());
  const auto number = peer.endpoint().port;
  body = body + Bytes{static_cast<std::uint8_t>(number >> 8), static_cast<std::uint8_t>(number)};
  association.mux().send({FrameType::datagram, association.id(), body + to_bytes(hello)});
  EXPECT(peer.receive_from(hello) == port);
  peer.send_to(port, back);
  EXPECT(association.receive() == (MuxDatagram{peer.endpoint(), back}));
}

CASE("MUX-1.unresolvable", "A name that does not exist costs its datagram, and nothing else.",
     .profile = "mux") {
  const MuxAssociation association = MuxAssociation::open(bed.open_mux());
  const Peer peer = bed.peer();
  const Endpoint port = association.external_port(peer);
  association.send_to(NamedEndpoint{"no-such-name.invalid", 9}, bed.unique("lost"));
  EXPECT(association.external_port(peer) == port);
  EXPECT(bed.stays_silent({association.mux(), peer}));
}

CASE("MUX-1.empty", "Some protocols keep alive with empty datagrams.", .profile = "mux") {
  const MuxAssociation association = MuxAssociation::open(bed.open_mux());
  const Peer peer = bed.peer();
  association.send_to(peer.endpoint(), "");
  const Endpoint port = peer.receive_from("");
  peer.send_to(port, "");
  EXPECT(association.receive() == (MuxDatagram{peer.endpoint(), ""}));
}

CASE("MUX-1.sizes", "A datagram's boundary is part of its meaning, whatever its size.",
     .profile = "mux") {
  const MuxAssociation association = MuxAssociation::open(bed.open_mux());
  const Peer peer = bed.peer();
  const Endpoint port = association.external_port(peer);
  for (const std::size_t size : {1u, 2u, 255u, 256u, 1200u, 1473u, 16384u, 65507u}) {
    const std::string there = bed.unique("there", size), back = bed.unique("back", size);
    association.send_to(peer.endpoint(), there);
    peer.receive_from(there);
    peer.send_to(port, back);
    EXPECT(association.receive() == (MuxDatagram{peer.endpoint(), back}));
  }
}

CASE("MUX-1.oversized", "What UDP cannot carry is dropped; the game goes on.", .profile = "mux") {
  const MuxAssociation association = MuxAssociation::open(bed.open_mux());
  const Peer peer = bed.peer();
  association.send_to(peer.endpoint(), bed.unique("large", 65508));
  association.external_port(peer);  // the next that arrives is its own
  EXPECT(bed.stays_silent({association.mux(), peer}));
}

CASE("MUX-1.too-large-ipv6", "What a frame cannot hold is dropped whole, and nothing breaks.",
     .profile = "mux") {
  const MuxAssociation association = MuxAssociation::open(bed.open_mux());
  const Peer peer = bed.peer(Family::ipv6);
  const Endpoint port = association.external_port(peer);
  peer.send_to(port, bed.unique("large", 65517));
  const std::string largest = bed.unique("largest", 65516);
  peer.send_to(port, largest);
  EXPECT(association.receive() == (MuxDatagram{peer.endpoint(), largest}));
}

// That the port of an association is free again after `end`, and that nobody is heard there.
template <class End>
void expect_released(ServerBed& bed, const Mux& mux, End&& end) {
  const MuxAssociation association = MuxAssociation::open(mux);
  const Peer peer = bed.peer();
  const Endpoint port = association.external_port(peer);
  end(association);
  EXPECT(bed.is_released(port));
  peer.send_to(port, bed.unique("late"));
}

CASE("MUX-1.released", "A port goes with its stream, however that ends.", .profile = "mux") {
  const Mux mux = bed.open_mux();
  const MuxAssociation stays = MuxAssociation::open(mux);
  const Peer peer = bed.peer();
  const Endpoint port = stays.external_port(peer);
  expect_released(bed, mux, [](const MuxAssociation& each) { each.end(); });
  expect_released(bed, mux, [&](const MuxAssociation& each) {
    mux.stream(each.id()).given_up = true;
    mux.send(reset_frame(each.id()));
  });
  mux.ping();
  EXPECT(bed.stays_silent({mux}));
  EXPECT(stays.external_port(peer) == port);
}

CASE("MUX-1.ends-with-connection", "A connection that has gone holds no port, and no target.",
     .profile = "mux") {
  for (const bool cleanly : {true, false}) {
    const Mux mux = bed.open_mux();
    const TcpTarget target = bed.target();
    const MuxStream stream = MuxStream::open(mux, request_address(target.endpoint()));
    const Connection far = target.accept();
    const Endpoint port = MuxAssociation::open(mux).external_port(bed.peer());
    stream.send(bed.unique("hello"));
    cleanly ? mux.close() : mux.cut();
    EXPECT(bed.is_released(port));
    EXPECT(far.closes());
  }
}

CASE("MUX-1.outlives-its-mapping", "A game that was paused for long goes on, from a new port.",
     .profile = "mux") {
  const MuxAssociation association = MuxAssociation::open(bed.open_mux());
  const Peer peer = bed.peer();
  const Endpoint old = association.external_port(peer);
  bed.pass(bed.subject().mapping_idle + 1s, "an idle mapping expires");
  EXPECT(bed.is_released(old));
  peer.send_to(old, bed.unique("late"));
  EXPECT(bed.stays_silent({association.mux()}));
  const Endpoint port = association.external_port(peer);
  const std::string back = bed.unique("back");
  peer.send_to(port, back);
  EXPECT(association.receive() == (MuxDatagram{peer.endpoint(), back}));
}

}  // namespace
}  // namespace fullcone::conformance
