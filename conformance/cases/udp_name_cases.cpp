// UDP-6 and UDP-7: channels of v0, and destinations given by name.
#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

CASE("UDP-6.alone", "Today's clients know neither sessions nor CRUMFURS.", .profile = "v0") {
  const Peer peer = bed.peer();
  const std::string hello = bed.unique("hello"), back = bed.unique("back");
  const Channel channel = bed.open_v0_channel(peer, hello);
  const Endpoint port = peer.receive_from(hello);
  peer.send_to(port, back);
  EXPECT(channel.receive() == back);
}

CASE("UDP-6.own-mapping", "Each v0 channel has a port of its own, to one peer too.",
     .profile = "v0") {
  const Peer peer = bed.peer();
  const std::string first = bed.unique("first"), second = bed.unique("second");
  const Channel one = bed.open_v0_channel(peer, first);
  const Endpoint first_port = peer.receive_from(first);
  const Channel other = bed.open_v0_channel(peer, second);
  const Endpoint second_port = peer.receive_from(second);
  EXPECT(first_port != second_port);
  const std::string back = bed.unique("back");
  peer.send_to(first_port, back);
  EXPECT(one.receive() == back);
  EXPECT(bed.stays_silent({other}));
}

CASE("UDP-6.stranger", "A stranger under the destination's name would be a forgery.",
     .profile = "v0") {
  const Peer peer = bed.peer();
  const Peer stranger = bed.peer(), neighbour = bed.peer_beside(peer);
  const std::string hello = bed.unique("hello");
  const Channel channel = bed.open_v0_channel(peer, hello);
  const Endpoint port = peer.receive_from(hello);
  stranger.send_to(port, bed.unique("stranger"));
  neighbour.send_to(port, bed.unique("neighbour"));
  EXPECT(bed.stays_silent({channel}));
}

CASE("UDP-6.apart-from-sessions", "What a v0 channel hears is nothing to the user's v1 session.") {
  const Session session = bed.open_session({bed.subject().user, std::nullopt});
  const Peer peer = bed.peer(), stranger = bed.peer();
  const std::string hello = bed.unique("hello");
  const Channel v0 = bed.open_v0_channel(peer, hello);
  const Endpoint v0_port = peer.receive_from(hello);
  EXPECT(session.open_channel(peer).external_port() != v0_port);
  stranger.send_to(v0_port, bed.unique("stranger"));
  EXPECT(bed.stays_silent({session.crumfurs(), v0.connection()}));
  session.crumfurs().close();
}

CASE("UDP-6.released", "A v0 port goes with its connection.", .profile = "v0") {
  const Peer peer = bed.peer();
  const std::string hello = bed.unique("hello");
  const Channel channel = bed.open_v0_channel(peer, hello);
  const Endpoint port = peer.receive_from(hello);
  channel.close();
  EXPECT(bed.is_released(port));
}

CASE("UDP-7.by-name", "An app that knows only a name reaches it, and is answered.") {
  const Session session = bed.open_session();
  const auto [peer, name] = bed.named_peer();
  const std::string hello = bed.unique("hello"), back = bed.unique("back");
  const Channel channel = session.open_channel_by_name(name, peer, hello);
  const Endpoint port = peer.receive_from(hello);
  peer.send_to(port, back);
  EXPECT(channel.receive() == back);
  EXPECT(bed.stays_silent({channel, session.crumfurs()}));
}

CASE("UDP-7.same-destination", "A name is the address that it was pinned to, and has its port.") {
  const Session session = bed.open_session();
  const auto [peer, name] = bed.named_peer();
  const std::string by_name = bed.unique("by-name"), again = bed.unique("again");
  const Channel named = session.open_channel_by_name(name, peer, by_name);
  const Endpoint port = peer.receive_from(by_name);
  named.close();
  bed.wait_a_round_trip();
  const Channel reopened = session.open_channel_by_name(name, peer, again);
  EXPECT(peer.receive_from(again) == port);
}

CASE("UDP-7.pinned", "A rotating DNS answer must not move a running game to another server.") {
  if (!bed.powers().set_name) bed.skip("the suite cannot change what a name resolves to");
  const Session session = bed.open_session();
  const auto [peer, name] = bed.named_peer();
  const std::string first = bed.unique("first"), second = bed.unique("second");
  const Channel before = session.open_channel_by_name(name, peer, first);
  const Endpoint port = peer.receive_from(first);
  const Peer other = bed.peer();
  bed.powers().set_name(name, {other.endpoint().ip});
  before.close();
  bed.wait_a_round_trip();
  const Channel after = session.open_channel_by_name(name, peer, second);
  EXPECT(peer.receive_from(second) == port);
}

CASE("UDP-7.own-session", "A pin is the session's: a new session resolves anew.") {
  if (!bed.powers().set_name) bed.skip("the suite cannot change what a name resolves to");
  const Session old = bed.open_session();
  const auto [peer, name] = bed.named_peer();
  const std::string first = bed.unique("first");
  old.open_channel_by_name(name, peer, first);
  peer.receive_from(first);
  bed.powers().set_name(name, {bed.peer().endpoint().ip});
  const Session fresh = bed.open_session();
  fresh.open_channel_by_name(name, peer, bed.unique("elsewhere"));
  EXPECT(bed.stays_silent({peer}));
}

CASE("UDP-7.unresolvable", "A name that does not resolve closes the channel, and says nothing.") {
  const Session session = bed.open_session();
  const Connection channel =
      session.request_channel(request_address("no-such-name.invalid", 5000), "");
  EXPECT(channel.closes_silently_within(bed.pace().answer_limit + 12s));
  EXPECT(bed.stays_silent({session.crumfurs()}));
}

}  // namespace
}  // namespace fullcone::conformance
