// HDR-1 to HDR-4: what the fields of a request may hold.
#include "conformance/case.hpp"

namespace fullcone::conformance {
namespace {

constexpr Command kCommands[] = {Command::tcp, Command::udp, Command::crumfurs};

Request whole_request(ServerBed& bed, Command command, const Endpoint& destination) {
  return command == Command::crumfurs ? bed.request(command) : bed.request_to(command, destination);
}

// That a v1 request of any command with these addons closes silently, and leads nowhere.
void expect_addons_refused(ServerBed& bed, const Bytes& addons) {
  const TcpTarget target = bed.target();
  for (const Command command : kCommands) {
    Request request = whole_request(bed, command, target.endpoint());
    request.addons = addons;
    EXPECT(bed.connect_with(request).closes_silently());
  }
  EXPECT(bed.stays_silent({target}));
}

// That a v0 or v1 TCP request with these addons reaches its target.
void expect_addons_accepted(ServerBed& bed, std::uint8_t version, const Bytes& addons) {
  const TcpTarget target = bed.target();
  Request request = bed.request_to(Command::tcp, target.endpoint());
  request.version = version;
  request.addons = addons;
  const Connection client = bed.connect_with(request);
  const std::string hello = bed.unique("hello");
  client.send(hello);
  EXPECT(target.accept().receive(hello.size()) == hello);
}

CASE("HDR-1.both-versions", "Clients of today and of tomorrow use one port.") {
  expect_addons_accepted(bed, 0, {});
  expect_addons_accepted(bed, 1, {});
}

CASE("HDR-1.other-versions", "A prober's HTTP request fails on its first byte.") {
  for (const int version : {2, 3, 0x16, 0x47, 0xff}) {
    EXPECT(bed.connect_with(Bytes{static_cast<std::uint8_t>(version)}).closes_silently());
  }
}

CASE("HDR-2.v0-unread", "A v0 client's addons mean something else, and must not be read as TLVs.") {
  expect_addons_accepted(bed, 0, Bytes{2, 1, 2, 1, 5, 0});
  expect_addons_accepted(bed, 0, Bytes(255, 0xff));
}

CASE("HDR-2.unknown-skipped", "A client with an option the server has never heard of is served.") {
  expect_addons_accepted(bed, 1, addon(0x7f, as_bytes("xyz")) + addon(0xfe, {}));
  const Session session = bed.new_session();
  session.establish(addon(0x7f, as_bytes("unknown")));
}

CASE("HDR-2.overrun", "A length that lies is found out before it is believed.") {
  expect_addons_refused(bed, Bytes{0x7f, 5, 0});
  expect_addons_refused(bed, Bytes{1, 16, 0, 0});
}

CASE("HDR-2.lone-type", "Half a TLV is a fault like any other.") {
  expect_addons_refused(bed, Bytes{0x7f, 0, 0x7f});
}

CASE("HDR-2.session-length", "A session id of another length cannot name a session.") {
  expect_addons_refused(bed, addon(1, Bytes(15, 7)));
  expect_addons_refused(bed, addon(1, Bytes(17, 7)));
}

CASE("HDR-2.mapping-length", "MAPPING of another length cannot say what is wanted.") {
  expect_addons_refused(bed, Bytes{2, 0});
  expect_addons_refused(bed, Bytes{2, 2, 0, 0});
}

CASE("HDR-2.mapping-value", "A wish that the server does not know is not granted half.") {
  Request request = bed.request(Command::crumfurs);
  request.addons = session_addon(bed.random_id()) + mapping_addon(2);
  EXPECT(bed.connect_with(request).closes_silently());
}

CASE("HDR-2.mapping-elsewhere",
     "MAPPING says nothing about a TCP request or an isolated channel.") {
  expect_addons_accepted(bed, 1, mapping_addon(2));
  const Session session = bed.open_session();
  const Peer peer = bed.peer();
  Request request = bed.request_to(Command::udp, peer.endpoint());
  request.addons = session.addons() + mapping_addon(2);
  const std::string hello = bed.unique("hello");
  bed.connect_with(request.encode() + frame(hello));
  peer.receive_from(hello);
}

CASE("HDR-2.mapping-later", "A session keeps the mapping behaviour that it began with.") {
  const Session session = bed.open_session();
  const Peer first = bed.peer(), second = bed.peer();
  const Endpoint port = session.open_channel(first).external_port();
  session.establish(mapping_addon(1));
  EXPECT(session.open_channel(second).external_port() != port);
}

CASE("HDR-2.last-duplicate", "Both ends agree on which of two session ids counts.") {
  const Uuid first = bed.random_id(), last = bed.random_id();
  Request crumfurs = bed.request(Command::crumfurs);
  crumfurs.addons = session_addon(first) + session_addon(last);
  EXPECT(bed.connect_with(crumfurs).receive(1) == "\x14");
  const Peer peer = bed.peer();
  const std::string lost = bed.unique("lost"), found = bed.unique("found");
  Request channel = bed.request_to(Command::udp, peer.endpoint());
  channel.addons = session_addon(first);
  EXPECT(bed.connect_with(channel.encode() + frame(lost)).closes_silently());
  channel.addons = session_addon(last);
  bed.connect_with(channel.encode() + frame(found));
  peer.receive_from(found);
}

CASE("HDR-2.session-absent", "A client without session ids has one session: sixteen zero bytes.") {
  const Session unnamed = bed.open_session({bed.subject().user, std::nullopt});
  const Peer peer = bed.peer();
  Request channel = bed.request_to(Command::udp, peer.endpoint());
  channel.addons = session_addon(Uuid{});
  const std::string hello = bed.unique("hello");
  bed.connect_with(channel.encode() + frame(hello));
  peer.receive_from(hello);
  unnamed.crumfurs().close();
}

CASE("HDR-3.unknown-command", "A command taken for another would send bytes to the wrong place.") {
  for (const int command : {0, 5, 0xff}) {
    Request request = bed.request(Command{static_cast<std::uint8_t>(command)});
    EXPECT(bed.connect_with(request).closes_silently());
  }
}

CASE("HDR-3.v1-only", "v0 has no CRUMFURS and no mux; there a client cannot mean them.") {
  for (const Command command : {Command::mux, Command::crumfurs}) {
    Request request = bed.request(command);
    request.version = 0;
    EXPECT(bed.connect_with(request).closes_silently());
  }
}

CASE("HDR-4.unknown-atyp", "VLESS's address types are not SOCKS5's: 4 is nothing here.") {
  for (const int atyp : {0, 4, 0x7f}) {
    Request request = bed.request(Command::tcp);
    request.address = Bytes{0, 80, static_cast<std::uint8_t>(atyp)};
    EXPECT(bed.connect_with(request).closes_silently());
  }
}

CASE("HDR-4.empty-domain", "A name of no letters names nobody.") {
  for (const Command command : {Command::tcp, Command::udp}) {
    Request request = bed.request(command);
    request.address = Bytes{0, 80, 2, 0};
    EXPECT(bed.connect_with(request).closes_silently());
  }
}

CASE("HDR-4.ipv6", "A user without IPv6 reaches IPv6 through the server.") {
  const TcpTarget target = bed.target(Family::ipv6);
  const Connection client = bed.connect_with(bed.request_to(Command::tcp, target.endpoint()));
  const std::string hello = bed.unique("hello");
  client.send(hello);
  EXPECT(target.accept().receive(hello.size()) == hello);
}

CASE("HDR-4.domain", "Names are resolved at the server: none leaks from the user's network.") {
  const Session session = bed.open_session();
  const auto [peer, name] = bed.named_peer();
  const std::string hello = bed.unique("hello");
  const Channel channel = session.open_channel_by_name(name, peer, hello);
  const Endpoint port = peer.receive_from(hello);
  const std::string back = bed.unique("back");
  peer.send_to(port, back);
  EXPECT(channel.receive() == back);
}

CASE("HDR-4.mapped", "An IPv4 address in IPv6 clothes is that IPv4 address.") {
  const TcpTarget target = bed.target();
  Request request = bed.request(Command::tcp);
  request.address = request_address_mapped(target.endpoint());
  const Connection client = bed.connect_with(request);
  const std::string hello = bed.unique("hello");
  client.send(hello);
  EXPECT(target.accept().receive(hello.size()) == hello);
}

CASE("HDR-4.port-0", "Port 0 is well-formed: it fails like any target that is not there.") {
  Endpoint nowhere = bed.network().refusing_endpoint();
  nowhere.port = 0;
  const Connection client = bed.connect_with(bed.request_to(Command::tcp, nowhere));
  EXPECT(client.closes_silently_within(bed.pace().answer_limit + 12s));
}

}  // namespace
}  // namespace fullcone::conformance
