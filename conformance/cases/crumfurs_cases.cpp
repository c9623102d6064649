// CRUM-1 to CRUM-3, CRUM-6, CRUM-7, CRUM-9 and CRUM-10: the CRUMFURS channel while it stands.
#include <algorithm>

#include "conformance/bed/loss.hpp"
#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

Bytes umfurs_octets(const Endpoint& source, std::string_view payload) {
  Bytes body{static_cast<std::uint8_t>(source.ip.is_v4() ? 1 : 3)};
  append(body, source.ip.octets());
  body.push_back(static_cast<std::uint8_t>(source.port >> 8));
  body.push_back(static_cast<std::uint8_t>(source.port & 0xff));
  append(body, as_bytes(payload));
  return frame(as_text(body));
}

CASE("CRUM-1.ends-at-command", "Client and server agree on where the request ends.") {
  Request request = bed.request(Command::crumfurs);
  request.addons = session_addon(bed.random_id());
  EXPECT(bed.connect_with(request).receive(1) == "\x14");  // and nothing was behind the command
}

CASE("CRUM-2.answer", "From the answer on, strangers have a way in; it is one byte, once.") {
  const Session session = bed.open_session();
  EXPECT(bed.stays_silent({session.crumfurs().connection()}));
}

CASE("CRUM-3.layout-ipv4", "The app learns who is calling, which is the whole point.") {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  const Peer stranger = bed.peer();
  const std::string hello = bed.unique("hello");
  stranger.send_to(port, hello);
  const Bytes expected = umfurs_octets(stranger.endpoint(), hello);
  EXPECT(session.crumfurs().connection().receive(expected.size()) == as_text(expected));
}

CASE("CRUM-3.layout-ipv6", "The same for a stranger with an IPv6 address.") {
  const auto [session, peer, channel, port] = bed.session_with_peer(Family::ipv6);
  const Peer stranger = bed.peer(Family::ipv6);
  const std::string hello = bed.unique("hello");
  stranger.send_to(port, hello);
  const Bytes expected = umfurs_octets(stranger.endpoint(), hello);
  EXPECT(session.crumfurs().connection().receive(expected.size()) == as_text(expected));
}

CASE("CRUM-3.sizes", "A stranger's datagram is as whole as a friend's, from one octet on.") {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  const Peer stranger = bed.peer();
  for (const std::size_t size : {1u, 2u, 256u, 1472u, 9000u, 65507u}) {
    const std::string payload = bed.unique("x", size);
    stranger.send_to(port, payload);
    EXPECT(session.next_umfurs() == (Umfurs{stranger.endpoint(), payload}));
  }
}

CASE("CRUM-3.in-order", "Messages of one stranger keep their order, and none is joined.") {
  needs_order(bed);
  const auto [session, peer, channel, port] = bed.session_with_peer();
  const Peer stranger = bed.peer();
  std::vector<std::string> sent;
  for (int i = 0; i < 20; ++i) sent.push_back(bed.unique("n" + std::to_string(i)));
  for (const auto& payload : sent) stranger.send_to(port, payload);
  for (const auto& payload : sent) {
    EXPECT(session.next_umfurs() == (Umfurs{stranger.endpoint(), payload}));
  }
}

CASE("CRUM-6.byte-later", "A confused client is found out at once.") {
  const Session session = bed.open_session();
  session.crumfurs().connection().send("x");
  EXPECT(session.crumfurs().closes_silently());
}

CASE("CRUM-6.same-record", "A byte behind the request is as wrong as a later one.") {
  Request request = bed.request(Command::crumfurs);
  request.addons = session_addon(bed.random_id());
  EXPECT(bed.connect_with(request.encode() + Bytes{0}).closes());
}

CASE("CRUM-6.session-lives-on", "The violation costs the channel, not the ports.") {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  session.crumfurs().connection().send("x");
  EXPECT(session.crumfurs().closes_silently());
  EXPECT(channel.external_port() == port);
  const Peer stranger = bed.peer();
  const std::string meanwhile = bed.unique("meanwhile");
  stranger.send_to(port, meanwhile);
  bed.wait_a_round_trip();
  session.establish();
  EXPECT(session.next_umfurs() == (Umfurs{stranger.endpoint(), meanwhile}));
}

CASE("CRUM-7.replaces", "A phone that changes networks hears strangers on its new channel.") {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  const Crumfurs old = session.crumfurs();
  session.establish();
  EXPECT(old.connection().ends_cleanly());
  const Peer stranger = bed.peer();
  const std::string hello = bed.unique("hello");
  stranger.send_to(port, hello);
  EXPECT(session.next_umfurs() == (Umfurs{stranger.endpoint(), hello}));
}

CASE("CRUM-7.keeps", "It also keeps its ports and its game.") {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  const Crumfurs old = session.crumfurs();
  session.establish();
  old.close();  // as its client would: the session is not the old channel's any more
  bed.wait_a_round_trip();
  EXPECT(channel.external_port() == port);
  const std::string back = bed.unique("back");
  peer.send_to(port, back);
  EXPECT(channel.receive() == back);
  channel.close();
  EXPECT(session.open_channel(peer).external_port() == port);
}

CASE("CRUM-9.empty", "An empty hole-punching probe makes the answer leave from the right port.") {
  const auto [session, peer, channel, port] = bed.session_with_peer();
  const Peer stranger = bed.peer();
  stranger.send_to(port, "");
  EXPECT(bed.stays_silent({session.crumfurs(), channel}));
  EXPECT(session.open_channel(stranger).external_port() == port);
}

CASE("CRUM-9.too-large-ipv6", "What a message cannot hold is dropped whole, and nothing breaks.") {
  const auto [session, peer, channel, port] = bed.session_with_peer(Family::ipv6);
  const Peer stranger = bed.peer(Family::ipv6);
  stranger.send_to(port, bed.unique("large", 65517));
  EXPECT(bed.stays_silent({session.crumfurs(), channel}));
  const std::string largest = bed.unique("largest", 65516);
  stranger.send_to(port, largest);
  EXPECT(session.next_umfurs() == (Umfurs{stranger.endpoint(), largest}));
  EXPECT(session.open_channel(stranger).external_port() == port);
}

// Sends `count` datagrams of `size` octets, each with its number in front, with pauses that let a
// UDP socket keep up.
void flood(ServerBed& bed, const Peer& from, const Endpoint& port, int count, std::size_t size) {
  for (int i = 0; i < count; ++i) {
    from.send_to(port, bed.unique(std::to_string(i) + " ", size));
    if (i % 8 == 7) bed.run_until([] { return false; }, 1ms);
  }
}

CASE("CRUM-10.slow-reader", "A client that does not read costs a bounded queue, and nobody else.") {
  const auto [slow, slow_peer, slow_channel, slow_port] = bed.session_with_peer();
  const auto [other, other_peer, other_channel, other_port] = bed.session_with_peer();
  const Peer stranger = bed.peer();
  slow.crumfurs().connection().stream().pause_reading(true);
  constexpr int kCount = 1500;
  flood(bed, stranger, slow_port, kCount, 8000);
  EXPECT(other_channel.external_port() == other_port);
  const std::string hello = bed.unique("hello");
  stranger.send_to(other_port, hello);
  EXPECT(other.next_umfurs() == (Umfurs{stranger.endpoint(), hello}));

  slow.crumfurs().connection().stream().pause_reading(false);
  const Peer late = bed.peer();
  int heard = 0;
  int last = -1;
  for (;;) {  // what was queued, in order, and at last what was sent after it
    if (heard % 20 == 0) late.send_to(slow_port, "last of all");
    const Umfurs message = slow.next_umfurs();
    if (message.source == late.endpoint()) break;
    EXPECT(message.payload.size() == std::size_t{8000});
    const int number = std::stoi(message.payload);
    EXPECT(number > last);
    last = number;
    ++heard;
  }
  EXPECT(heard < kCount);
}

}  // namespace
}  // namespace fullcone::conformance
