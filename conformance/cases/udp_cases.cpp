// UDP-1 to UDP-5 and UDP-8: isolated channels of v1, and the datagrams on them.
#include "conformance/bed/loss.hpp"
#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

// That the request for a channel is refused, and nothing reaches the peer.
void expect_refused(ServerBed& bed, const Session& session) {
  const Peer peer = bed.peer();
  const Bytes first = frame(bed.unique("refused"));
  const Connection channel =
      session.request_channel(request_address(peer.endpoint()), as_text(first));
  EXPECT(channel.closes_silently());
  EXPECT(bed.stays_silent({peer}));
}

CASE("UDP-1.frames", "The two ends agree on where a datagram begins and ends.") {
  const Session session = bed.open_session();
  const Peer peer = bed.peer();
  const std::string hello = bed.unique("hello"), back = bed.unique("back");
  const Connection channel =
      session.request_channel(request_address(peer.endpoint()), as_text(frame(hello)));
  const Endpoint port = peer.receive_from(hello);
  peer.send_to(port, back);
  const Bytes expected = frame(back);
  EXPECT(channel.receive(expected.size()) == as_text(expected));
}

CASE("UDP-1.any-cut", "TCP may cut a frame anywhere, and join it with the next.") {
  const Session session = bed.open_session();
  const Peer peer = bed.peer();
  const Channel channel = session.open_channel(peer);
  const std::string first = bed.unique("first"), second = bed.unique("second"),
                    third = bed.unique("third");
  channel.connection().send_slowly(frame(first));
  peer.receive_from(first);
  channel.connection().send(frame(second) + frame(third));
  peer.receive_from(second);
  peer.receive_from(third);
}

CASE("UDP-1.one-destination", "The datagrams of one destination never go to another.") {
  const Session session = bed.open_session();
  const Peer first = bed.peer(), second = bed.peer();
  const Channel to_first = session.open_channel(first), to_second = session.open_channel(second);
  for (int i = 0; i < 3; ++i) {
    to_first.external_port();
    to_second.external_port();
  }
  EXPECT(bed.stays_silent({first, second}));
}

CASE("UDP-2.no-crumfurs", "Without CRUMFURS the user would have half a cone, unaware.") {
  expect_refused(bed, bed.new_session());
}

CASE("UDP-2.other-session", "Another session's CRUMFURS is no help to this one.") {
  const Session established = bed.open_session();
  expect_refused(bed, bed.new_session());
}

CASE("UDP-2.other-user", "Another user's CRUMFURS, of the same session id, is none of ours.") {
  const Session established = bed.open_session();
  expect_refused(bed, Session(bed, {bed.second_user(), established.name().id}));
}

CASE("UDP-2.after-clean-close", "A session that has ended has no CRUMFURS.") {
  const Session session = bed.open_session();
  session.crumfurs().close();
  bed.wait_a_round_trip();
  expect_refused(bed, session);
}

CASE("UDP-2.in-grace", "A session in its grace period has none either.") {
  const Session session = bed.open_session();
  session.crumfurs().cut();
  bed.wait_a_round_trip();
  expect_refused(bed, session);
}

CASE("UDP-4.own-channel", "Answers come where the question was asked.") {
  const Session session = bed.open_session();
  const Peer first = bed.peer(), second = bed.peer();
  const Channel to_first = session.open_channel(first), to_second = session.open_channel(second);
  const Endpoint first_port = to_first.external_port(), second_port = to_second.external_port();
  const std::string from_second = bed.unique("second"), from_first = bed.unique("first");
  second.send_to(second_port, from_second);
  EXPECT(to_second.receive() == from_second);
  first.send_to(first_port, from_first);
  EXPECT(to_first.receive() == from_first);
  EXPECT(bed.stays_silent({to_first, to_second, session.crumfurs()}));
}

CASE("UDP-4.opened-last", "Of several channels to one peer, the newest is the one in use.") {
  const Session session = bed.open_session();
  const Peer peer = bed.peer();
  const Channel older = session.open_channel(peer);
  older.external_port();
  const Channel newer = session.open_channel(peer);
  const Endpoint port = newer.external_port();
  const std::string once = bed.unique("once"), later = bed.unique("later");
  peer.send_to(port, once);
  EXPECT(newer.receive() == once);
  EXPECT(bed.stays_silent({older.connection(), newer, session.crumfurs()}));
  newer.close();
  bed.wait_a_round_trip();
  peer.send_to(port, later);
  EXPECT(older.receive() == later);
}

CASE("UDP-5.empty", "Some protocols keep alive with empty datagrams.") {
  const Session session = bed.open_session();
  const Peer peer = bed.peer();
  const Channel channel = session.open_channel(peer, "");
  const Endpoint port = peer.receive_from("");
  peer.send_to(port, "");
  EXPECT(channel.receive() == "");
  EXPECT(bed.stays_silent({channel, peer}));
}

// That payloads over `most` octets are dropped, and that the channel goes on.
void expect_dropped_over(ServerBed& bed, Family family, std::size_t most) {
  const Session session = bed.open_session();
  const Peer peer = bed.peer(family);
  const Channel channel = session.open_channel(peer, bed.unique("large", most + 1));
  channel.send(bed.unique("largest", 65535));
  channel.external_port();  // the next that arrives is its own
}

CASE("UDP-5.oversized-ipv4", "One oversized datagram must not end a game.") {
  expect_dropped_over(bed, Family::ipv4, 65507);
}

CASE("UDP-5.oversized-ipv6", "The same by IPv6, where twenty bytes more fit.") {
  expect_dropped_over(bed, Family::ipv6, 65527);
}

CASE("UDP-8.sizes", "A datagram's boundary is part of its meaning, whatever its size.") {
  const Session session = bed.open_session();
  const Peer peer = bed.peer();
  const Channel channel = session.open_channel(peer);
  const Endpoint port = channel.external_port();
  for (const std::size_t size : {1u, 2u, 255u, 256u, 1200u, 1472u, 1473u, 9000u, 16384u, 65507u}) {
    const std::string there = bed.unique("there", size), back = bed.unique("back", size);
    channel.send(there);
    peer.receive_from(there);
    peer.send_to(port, back);
    EXPECT(channel.receive() == back);
  }
}

CASE("UDP-8.order", "Order is kept per channel, and nothing is merged on the way.") {
  needs_order(bed);
  const Session session = bed.open_session();
  const Peer peer = bed.peer();
  const Channel channel = session.open_channel(peer);
  const Endpoint port = channel.external_port();
  std::vector<std::string> sent;
  for (int i = 0; i < 12; ++i) sent.push_back(bed.unique("n" + std::to_string(i)));
  for (const auto& payload : sent) channel.send(payload);
  for (const auto& payload : sent) EXPECT(peer.receive().payload == payload);
  for (const auto& payload : sent) peer.send_to(port, payload);
  for (const auto& payload : sent) EXPECT(channel.receive() == payload);
}

}  // namespace
}  // namespace fullcone::conformance
