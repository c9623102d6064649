// AUTH and RSP: who is served, and what comes first.
#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

std::vector<Uuid> unknown_users(ServerBed& bed) {
  Uuid first_bit = bed.subject().user, last_bit = bed.subject().user;
  first_bit.octets.front() ^= 0x80;
  last_bit.octets.back() ^= 1;
  return {bed.random_id(), Uuid{}, first_bit, last_bit};
}

CASE("AUTH-1.unknown-user", "To a prober a wrong guess looks like any other broken request.") {
  const TcpTarget target = bed.target();
  const Peer peer = bed.peer();
  for (const Uuid& user : unknown_users(bed)) {
    for (const int version : {0, 1}) {
      Request tcp = bed.request_to(Command::tcp, target.endpoint());
      Request udp = bed.request_to(Command::udp, peer.endpoint());
      tcp.user = udp.user = user;
      tcp.version = udp.version = static_cast<std::uint8_t>(version);
      EXPECT(bed.connect_with(tcp).closes_silently());
      EXPECT(bed.connect_with(udp.encode() + frame("guess")).closes_silently());
    }
    Request crumfurs = bed.request(Command::crumfurs);
    crumfurs.user = user;
    EXPECT(bed.connect_with(crumfurs).closes_silently());
  }
  EXPECT(bed.stays_silent({target, peer}));
}

CASE("AUTH-1.judged-late", "The moment of the refusal does not tell how much was right.") {
  Request request = bed.request_to(Command::tcp, bed.network().refusing_endpoint());
  request.user = bed.random_id();
  const Bytes header = request.encode();
  const Connection client = bed.connect();
  client.send(ByteView(header).first(header.size() - 1));
  EXPECT(bed.stays_silent({client}));
  client.send(ByteView(header).last(1));
  EXPECT(client.closes_silently());
}

CASE("AUTH-1.session-of-another", "A guessed user cannot borrow the session of a known one.") {
  const Session session = bed.open_session();
  const Peer peer = bed.peer();
  Request request = bed.request_to(Command::udp, peer.endpoint());
  request.user = bed.random_id();
  request.addons = session.addons();
  EXPECT(bed.connect_with(request.encode() + frame("borrowed")).closes_silently());
  EXPECT(bed.stays_silent({peer, session.crumfurs()}));
}

CASE("RSP-0.tcp", "v0 clients read two bytes before anything else.", .profile = "v0") {
  const TcpTarget target = bed.target();
  Request request = bed.request_to(Command::tcp, target.endpoint());
  request.version = 0;
  const Connection client = bed.connect_with(request);
  const Connection far = target.accept();
  const std::string first = bed.unique("first"), second = bed.unique("second");
  far.send(first);
  EXPECT(client.receive(2 + first.size()) == std::string(2, '\0') + first);
  far.send(second);
  far.end();
  EXPECT(client.receive_all() == second);
}

CASE("RSP-0.udp", "A v0 channel answers once, before its first datagram.", .profile = "v0") {
  const Peer peer = bed.peer();
  const std::string hello = bed.unique("hello");
  const Channel channel = bed.open_v0_channel(peer, hello);
  const Endpoint port = peer.receive_from(hello);
  for (const char* const word : {"first", "second"}) {
    const std::string back = bed.unique(word);
    peer.send_to(port, back);
    EXPECT(channel.receive() == back);  // the response 0000 is taken off before the first
  }
}

CASE("RSP-1.tcp", "A stray byte would corrupt the stream.") {
  const TcpTarget target = bed.target();
  const Connection client = bed.connect_with(bed.request_to(Command::tcp, target.endpoint()));
  const Connection far = target.accept();
  EXPECT(bed.stays_silent({client}));
  const std::string hello = bed.unique("hello");
  far.send(hello);
  EXPECT(client.receive(hello.size()) == hello);
}

CASE("RSP-1.udp", "The first bytes on a channel are a datagram's length.") {
  const Session session = bed.open_session();
  const Peer peer = bed.peer();
  const std::string hello = bed.unique("hello"), back = bed.unique("back");
  const Channel channel = session.open_channel(peer, hello);
  const Endpoint port = peer.receive_from(hello);
  EXPECT(channel.connection().unread().size() == std::size_t{0});
  peer.send_to(port, back);
  const Bytes expected = frame(back);
  EXPECT(channel.connection().receive(expected.size()) == as_text(expected));
}

}  // namespace
}  // namespace fullcone::conformance
